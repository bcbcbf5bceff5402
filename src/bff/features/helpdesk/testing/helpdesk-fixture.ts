import { standardPolicy } from '#bff/features/helpdesk/access/policy.ts';
import type { HelpdeskSettings } from '#bff/features/helpdesk/access/settings.ts';
import type { Portal, TestEnv } from '#testing/test-env.ts';
import type { OktaClient } from '#okta/client.ts';

export async function personId(portal: Portal, login: string): Promise<string> {
  const { users } = await portal.okta.users.searchUsers({ search: `profile.login eq "${login}"`, limit: 1 });
  return users[0]!.id;
}

export const helpdeskOfDemo = (
  { emulator }: Pick<TestEnv, 'emulator'>,
  { scope = [emulator.groups.everyone], ...over }: { scope?: string[] } & Partial<Omit<HelpdeskSettings, 'scope'>> = {},
): HelpdeskSettings => ({
  agentsGroupId: emulator.groups.helpdesk,
  approversGroupId: emulator.groups.helpdeskApprovers,
  auditorsGroupId: emulator.groups.auditors,
  scope: new Map([[emulator.groups.helpdesk, scope]]),
  privilegedGroupIds: [],
  acr: 'urn:okta:loa:2fa:any',
  ticketPattern: null,
  approverEmail: [],
  unverified: true,
  callBack: true,
  policy: standardPolicy,
  ...over,
});

export const beforeLists =
  (before: (userId: string) => Promise<void>) =>
  (client: OktaClient): OktaClient => ({
    ...client,
    userFactorApi: {
      ...client.userFactorApi,
      async listFactors(request, context) {
        await before(request.userId);
        return client.userFactorApi.listFactors(request, context);
      },
    },
  });
