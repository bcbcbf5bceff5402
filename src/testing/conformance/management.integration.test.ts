import {
  Client,
  DefaultRequestExecutor,
  type AuthenticatorEnrollmentPolicy,
  type OktaApiError,
  type UserFactor,
} from '@okta/okta-sdk-nodejs';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { testEmulator } from '#okta-emulator/testing/emulator.ts';

const LOGIN = 'karen@example.com';
const PASSWORD = 'Compilers1';
const profile = { firstName: 'Karen', lastName: 'Jones', email: LOGIN, login: LOGIN };
const body = { profile, credentials: { password: { value: PASSWORD } } };

async function all<T>(collection: AsyncIterable<T | null>): Promise<T[]> {
  const read: T[] = [];
  for await (const one of collection) if (one) read.push(one);
  return read;
}

/** The status, code and causes of a refused call. `answered` for a successful call. */
const refusal = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'answered',
    ({ status, errorCode, errorCauses = [] }: OktaApiError) =>
      [status, errorCode, ...errorCauses.map((one) => one.errorSummary)].join(' '),
  );

const emulators = { classic: await testEmulator(), oie: await testEmulator({ engine: 'oie' }) };

describe.each(['classic', 'oie'] as const)('an administrator with Okta’s SDK on %s', (engine) => {
  const emulator = emulators[engine];
  let client: Client;
  beforeAll(async () => {
    client = new Client({
      orgUrl: emulator.url,
      token: emulator.apiToken,
      requestExecutor: new DefaultRequestExecutor({ maxRetries: 0, requestTimeout: 0 }),
    });
  });
  beforeEach(() => emulator.reset());

  test('takes somebody from the first day to the last', async () => {
    const { userApi } = client;
    const { id = '' } = await userApi.createUser({ body, activate: false });
    const status = async () => String((await userApi.getUser({ userId: id })).status);
    expect(await status()).toBe('STAGED');
    await userApi.activateUser({ userId: id, sendEmail: false });
    expect(await status()).toBe('ACTIVE');
    expect(
      (await all(await userApi.listUsers({ search: `profile.login eq "${LOGIN}"` }))).map((one) => one.id),
    ).toEqual([id]);
    await userApi.updateUser({ userId: id, user: { profile: { nickName: 'Fran' } } });
    expect((await userApi.getUser({ userId: LOGIN })).profile).toMatchObject({ ...profile, nickName: 'Fran' });
    await userApi.suspendUser({ userId: id });
    expect((await all(await userApi.listUsers({ filter: 'status eq "SUSPENDED"' }))).map((one) => one.id)).toEqual([
      id,
    ]);
    expect(await refusal(userApi.suspendUser({ userId: id }))).toMatch(/^400 E0000001/);
    await userApi.unsuspendUser({ userId: id });
    expect(await refusal(userApi.unlockUser({ userId: id }))).toBe('403 E0000032 The user is not locked out.');
    await userApi.deactivateUser({ userId: id });
    await userApi.deleteUser({ userId: id });
    expect(await refusal(userApi.getUser({ userId: id }))).toBe('404 E0000007');
  });

  test('changes a password and a recovery question', async () => {
    const { userApi } = client;
    const { id = '' } = await userApi.createUser({ body });
    const recovery = { question: 'Which machine?', answer: 'Stretch-Harvest' };
    const { recovery_question: asked } = await userApi.changeRecoveryQuestion({
      userId: id,
      userCredentials: { password: { value: PASSWORD }, recovery_question: recovery },
    });
    expect(asked?.question).toBe(recovery.question);
    await userApi.forgotPasswordSetNewPassword({
      userId: id,
      userCredentials: { password: { value: 'Optimizing2' }, recovery_question: recovery },
    });
    const change = (old: string) =>
      userApi.changePassword({
        userId: id,
        changePasswordRequest: { oldPassword: { value: old }, newPassword: { value: 'Parallel3' } },
      });
    expect(await refusal(change(PASSWORD))).toBe('403 E0000014 Old Password is not correct');
    await change('Optimizing2');
    expect((await userApi.expirePassword({ userId: id })).status).toBe('PASSWORD_EXPIRED');
  });

  test('keeps groups, their members and roles', async () => {
    const { groupApi, userApi, roleAssignmentApi } = client;
    const { id: userId = '' } = await userApi.createUser({ body });
    for (const name of ['Compilers A', 'Compilers B', 'Interpreters'])
      await groupApi.createGroup({ group: { profile: { name } } });
    const named = async (query: object) =>
      (await all(await groupApi.listGroups(query))).map((one) => String(one.profile?.name)).sort();
    expect(await named({ q: 'Compilers' })).toEqual(['Compilers A', 'Compilers B']);
    expect(await named({ search: 'profile.name sw "inter"' })).toEqual(['Interpreters']);
    expect(await named({ limit: 2 })).toEqual(await named({}));
    const [group] = await all(await groupApi.listGroups({ q: 'Compilers A' }));
    const groupId = group?.id ?? '';
    await groupApi.assignUserToGroup({ groupId, userId });
    expect((await all(await groupApi.listGroupUsers({ groupId }))).map((one) => one.id)).toEqual([userId]);
    await groupApi.unassignUserFromGroup({ groupId, userId });
    expect(await all(await groupApi.listGroupUsers({ groupId }))).toEqual([]);
    expect(await refusal(groupApi.createGroup({ group: { profile: { name: 'Interpreters' } } }))).toMatch(
      /^400 E0000001 name: /,
    );

    const assigned = async () =>
      (await all(await roleAssignmentApi.listAssignedRolesForUser({ userId }))).map((one) => one.type);
    const role = await roleAssignmentApi.assignRoleToUser({ userId, assignRoleRequest: { type: 'USER_ADMIN' } });
    expect(await assigned()).toEqual(['USER_ADMIN']);
    await roleAssignmentApi.unassignRoleFromUser({ userId, roleId: role?.id ?? '' });
    expect(await assigned()).toEqual([]);
  });

  test('turns factors off and on by the policy', async () => {
    const { policyApi, userApi, userFactorApi } = client;
    const { id: userId = '' } = await userApi.createUser({ body });
    const policies = await all(await policyApi.listPolicies({ type: 'MFA_ENROLL' }));
    const policy = policies.find(({ name }) => name === 'Default Policy') as AuthenticatorEnrollmentPolicy;
    const types = async () =>
      (await all(await userFactorApi.listSupportedFactors({ userId }))).map((one) => one.factorType);
    const question = {
      factorType: 'question',
      provider: 'OKTA',
      profile: { question: 'disliked_food', answer: 'beets' },
    };
    const enroll = () => userFactorApi.enrollFactor({ userId, body: question as UserFactor });
    expect(await types()).toContain('question');
    if (engine === 'classic') {
      // The SDK's model of a policy has no Classic settings.
      const settings = { factors: { okta_sms: { enroll: { self: 'OPTIONAL' } } } };
      await emulator.api('PUT', `/policies/${policy.id}`, { type: 'MFA_ENROLL', name: policy.name, settings });
      expect(await types()).toEqual(['sms']);
    } else {
      policy.settings = {
        type: 'AUTHENTICATORS',
        authenticators: [{ key: 'phone_number', enroll: { self: 'OPTIONAL' } }],
      };
      await policyApi.replacePolicy({ policyId: policy.id ?? '', policy });
      expect(await types()).toEqual(['call', 'sms']);
    }
    expect(await refusal(enroll())).toBe('400 E0000001 Factor not enabled.');
    expect(await refusal(userFactorApi.enrollFactor({ userId, body: { ...question, provider: 'X' } as never }))).toBe(
      '400 E0000001 Invalid Provider.',
    );
  });

  test('enrolls a phone for somebody, on Identity Engine', async () => {
    const { authenticatorApi, userApi, userAuthenticatorEnrollmentsApi: enrollments } = client;
    const { id: userId = '' } = await userApi.createUser({ body });
    if (engine === 'classic') {
      expect(await refusal(authenticatorApi.listAuthenticators().then(all))).toBe('401 E0000015');
      return;
    }
    const authenticators = await all(await authenticatorApi.listAuthenticators());
    const phone = authenticators.find(({ type }) => type === 'phone');
    expect((await authenticatorApi.getAuthenticator({ authenticatorId: phone?.id ?? '' })).key).toBe('phone_number');
    const made = await enrollments.createAuthenticatorEnrollment({
      userId,
      authenticator: { authenticatorId: phone?.id ?? '', profile: { phoneNumber: '+15557010123' } },
    });
    const enrollmentId = made.id ?? '';
    expect((await enrollments.getAuthenticatorEnrollment({ userId, enrollmentId })).profile?.phoneNumber).toBe(
      '+1 XXX-XXX-0123',
    );
    await enrollments.deleteAuthenticatorEnrollment({ userId, enrollmentId });
    expect(await refusal(enrollments.getAuthenticatorEnrollment({ userId, enrollmentId }))).toBe('404 E0000007');
    const code = { authenticatorId: phone?.id ?? '', profile: { ttl: '60' } };
    expect(await refusal(enrollments.createTacAuthenticatorEnrollment({ userId, authenticator: code }))).toMatch(
      /^400 E0000001/,
    );
  });
});
