import Fastify, { type FastifyRequest } from 'fastify';
import { expect, it } from 'vitest';
import { createClock } from '#clock';
import type { EmulatorContext } from '../context/context.ts';
import type { AdminRole } from '../people/roles.ts';
import { managementApi } from './api.ts';
import { API_SCOPES, assertAllowed, type ApiScope } from './request/access.ts';
import { createRateBucket } from './request/rate-limit.ts';

const ROLES: Readonly<Record<string, AdminRole>> = {
  S: 'SUPER_ADMIN',
  H: 'HELP_DESK_ADMIN',
  R: 'READ_ONLY_ADMIN',
};
const users: ApiScope[] = ['okta.users.read', 'okta.users.manage'];
const manageUsers: ApiScope[] = ['okta.users.manage'];
const groups: ApiScope[] = ['okta.groups.read', 'okta.groups.manage'];
const manageGroups: ApiScope[] = ['okta.groups.manage'];
const policies: ApiScope[] = ['okta.policies.read', 'okta.policies.manage'];
const managePolicies: ApiScope[] = ['okta.policies.manage'];
const authenticators: ApiScope[] = ['okta.authenticators.read', 'okta.authenticators.manage'];
const roles: ApiScope[] = ['okta.roles.read', 'okta.roles.manage'];
const manageRoles: ApiScope[] = ['okta.roles.manage'];

/** Every route, the roles that may call it, and the scopes, of which one is enough. */
const rows: [route: string, roles: string, scopes: ApiScope[]][] = [
  ['GET /users', 'SHR', users],
  ['POST /users', 'S', manageUsers],
  ['GET /users/:id', 'SHR', users],
  ['POST /users/:id', 'S', manageUsers],
  ['PUT /users/:id', 'S', manageUsers],
  ['DELETE /users/:id', 'S', manageUsers],
  ['GET /users/:id/groups', 'SHR', users],
  ['DELETE /users/:id/sessions', 'SH', manageUsers],
  ['POST /users/:id/credentials/change_password', 'S', manageUsers],
  ['POST /users/:id/credentials/change_recovery_question', 'S', manageUsers],
  ['POST /users/:id/credentials/forgot_password', 'SH', manageUsers],
  ['POST /users/:id/credentials/forgot_password_recovery_question', 'S', manageUsers],
  ['POST /users/:id/lifecycle/activate', 'S', manageUsers],
  ['POST /users/:id/lifecycle/deactivate', 'S', manageUsers],
  ['POST /users/:id/lifecycle/suspend', 'S', manageUsers],
  ['POST /users/:id/lifecycle/unsuspend', 'S', manageUsers],
  ['POST /users/:id/lifecycle/unlock', 'SH', manageUsers],
  ['POST /users/:id/lifecycle/expire_password', 'SH', manageUsers],
  ['POST /users/:id/lifecycle/expire_password_with_temp_password', 'SH', manageUsers],
  ['POST /users/:id/lifecycle/reset_password', 'SH', manageUsers],
  ['POST /users/:id/lifecycle/reset_factors', 'SH', manageUsers],
  ['GET /users/:id/roles', 'SR', roles],
  ['POST /users/:id/roles', 'S', manageRoles],
  ['GET /users/:id/roles/:roleId', 'SR', roles],
  ['DELETE /users/:id/roles/:roleId', 'S', manageRoles],
  ['GET /groups', 'SR', groups],
  ['POST /groups', 'S', manageGroups],
  ['GET /groups/:groupId', 'SR', groups],
  ['PUT /groups/:groupId', 'S', manageGroups],
  ['DELETE /groups/:groupId', 'S', manageGroups],
  ['GET /groups/:groupId/users', 'SR', groups],
  ['PUT /groups/:groupId/users/:id', 'S', manageGroups],
  ['DELETE /groups/:groupId/users/:id', 'S', manageGroups],
  ['GET /policies', 'SR', policies],
  ['GET /policies/:policyId', 'SR', policies],
  ['PUT /policies/:policyId', 'S', managePolicies],
  ['GET /authenticators', 'SR', authenticators],
  ['GET /authenticators/:authenticatorId', 'SR', authenticators],
  ['GET /authenticators/:authenticatorId/methods/webauthn', 'SR', authenticators],
  ['GET /users/:id/authenticator-enrollments', 'SHR', users],
  ['GET /users/:id/authenticator-enrollments/:enrollmentId', 'SHR', users],
  ['DELETE /users/:id/authenticator-enrollments/:enrollmentId', 'SH', manageUsers],
  ['POST /users/:id/authenticator-enrollments/phone', 'S', manageUsers],
  ['POST /users/:id/authenticator-enrollments/tac', 'S', manageUsers],
  ['GET /users/:id/factors', 'SHR', users],
  ['POST /users/:id/factors', 'S', manageUsers],
  ['GET /users/:id/factors/catalog', 'SHR', users],
  ['GET /users/:id/factors/questions', 'SHR', []],
  ['GET /users/:id/factors/:factorId', 'SHR', users],
  ['PUT /users/:id/factors/:factorId', 'S', manageUsers],
  ['DELETE /users/:id/factors/:factorId', 'SH', manageUsers],
  ['POST /users/:id/factors/:factorId/lifecycle/activate', 'S', manageUsers],
  ['POST /users/:id/factors/:factorId/lifecycle/activate/poll', 'S', manageUsers],
  ['POST /users/:id/factors/:factorId/lifecycle/activate/sms', 'S', manageUsers],
  ['POST /users/:id/factors/:factorId/lifecycle/activate/email', 'S', manageUsers],
  ['POST /users/:id/factors/:factorId/resend', 'S', manageUsers],
  ['POST /users/:id/factors/:factorId/verify', 'S', manageUsers],
  ['GET /users/:id/factors/:factorId/transactions/:transactionId', 'SHR', users],
  ['DELETE /users/:id/factors/:factorId/transactions/:transactionId', 'S', manageUsers],
];

const emulator = { url: 'https://org.example', random: () => Buffer.alloc(16) } as unknown as EmulatorContext;

/** Excludes routes without credentials and routes that only answer 405. */
async function routes(): Promise<string[]> {
  const found: string[] = [];
  const app = Fastify();
  app.addHook('onRoute', ({ method, url, config }) => {
    if (config?.open || config?.otherMethod) return;
    for (const one of [method].flat()) if (one !== 'HEAD') found.push(`${one} ${url.replace('/api/v1', '')}`);
  });
  const credentials = { tokens: [], bearer: async () => undefined };
  const clock = createClock();
  await app.register(managementApi(emulator, credentials, createRateBucket(0, clock)), { prefix: '/api/v1' });
  await app.ready();
  return found;
}

it('every route has a row, and every row a route', async () => {
  expect(rows.map(([route]) => route).sort()).toEqual((await routes()).sort());
});

it.each(rows)('%s', async (route, who, scopes) => {
  const [method = '', path = ''] = route.split(' ');
  const request = { method, routeOptions: { url: `/api/v1${path}` }, params: {} } as unknown as FastifyRequest;
  const allowed = (role: AdminRole | undefined, granted?: readonly ApiScope[]) =>
    assertAllowed(emulator, { role, groups: [], ...(granted && { scopes: granted }) }, request).then(
      () => true,
      (error: { code: string }) => (error.code === 'E0000006' ? false : Promise.reject(error)),
    );
  for (const [letter, role] of Object.entries(ROLES)) {
    expect([letter, await allowed(role)]).toEqual([letter, who.includes(letter)]);
    for (const scope of API_SCOPES)
      expect([letter, scope, await allowed(role, [scope])]).toEqual([
        letter,
        scope,
        who.includes(letter) && scopes.includes(scope),
      ]);
  }
  expect(await allowed(undefined)).toBe(false);
  expect(await allowed('SUPER_ADMIN', [])).toBe(false);
});
