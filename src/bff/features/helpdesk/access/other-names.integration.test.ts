import { expect, test } from 'vitest';
import { GRACE, HEDY, testEnv } from '#testing/test-env.ts';
import { said } from '#testing/visitor.ts';
import { requestedChanges, signInAgent } from '../testing/agent-fixture.ts';
import { personId } from '../testing/helpdesk-fixture.ts';

const env = await testEnv();

test('[A8] a login’s first part that looks like an id names nobody, though Okta finds the user by it', async () => {
  const shortname = 'gracebrewstermurray1';
  let grace = '';
  const real = (userId: string) => (userId === shortname ? grace : userId);
  const portal = await env.fresh({
    okta: (client) => ({
      ...client,
      users: {
        ...client.users,
        getUser: async ({ userId }) => client.users.getUser({ userId: real(userId) }),
        listAssignedRolesForUser: async ({ userId }) => client.users.listAssignedRolesForUser({ userId: real(userId) }),
      },
      groups: {
        ...client.groups,
        listUserGroups: async ({ userId }) => client.groups.listUserGroups({ userId: real(userId) }),
      },
      userFactorApi: {
        ...client.userFactorApi,
        listFactors: async (of, context) =>
          client.userFactorApi.listFactors({ ...of, userId: real(of.userId) }, context),
      },
    }),
  });
  grace = await personId(portal, GRACE);
  const hedy = await signInAgent(portal, HEDY);
  await env.takeRequests();
  const nobody = await hedy.visitor.call('getPerson', { userId: '00uNobody00000000000' });
  const other = await hedy.visitor.call('getPerson', { userId: shortname });
  expect([said(other), other.body.error.message]).toEqual([said(nobody), nobody.body.error.message]);
  expect(said(await hedy.requestReset(shortname))).toBe('404 not_found');
  expect(await requestedChanges(env)).toEqual([]);
});
