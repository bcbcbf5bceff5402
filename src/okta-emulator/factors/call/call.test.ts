import { beforeEach, describe, expect, it } from 'vitest';
import { ADA, testEmulator } from '../../testing/emulator.ts';
import { listFactors } from '../../testing/people.ts';

const NUMBER = '+15550100123';
const body = (profile: object = { phoneNumber: NUMBER }) => ({ factorType: 'call', provider: 'OKTA', profile });

const emulators = { classic: await testEmulator(), oie: await testEmulator({ engine: 'oie' }) };

describe.each(['classic', 'oie'] as const)('voice calls on %s', (engine) => {
  const emulator = emulators[engine];
  beforeEach(() => emulator.reset());
  const ada = () => listFactors(emulator, ADA);

  it('read out five digits, one by one, that activate the factor under the same id', async () => {
    const { body: pending } = await ada().enroll(body(), '', { 'accept-language': 'de' });
    expect(pending).toMatchObject({ id: expect.stringMatching(/^clf/), status: 'PENDING_ACTIVATION' });
    const [call] = await ada().messages('call');
    expect(call).toMatchObject({ to: NUMBER, code: expect.stringMatching(/^\d{5}$/) });
    expect(call?.text).toBe(
      `Ihr Bestätigungscode lautet ${[...(call?.code ?? '')].join(', ')}. Noch einmal: ${[...(call?.code ?? '')].join(', ')}.`,
    );
    emulator.clock.advance(10);
    const { body: on } = await ada().activate(pending.id, call?.code);
    expect(on).toMatchObject({ id: pending.id, status: 'ACTIVE', created: pending.created });
    expect(Date.parse(String(on.lastUpdated)) - Date.parse(String(pending.lastUpdated))).toBe(10_000);
    emulator.clock.advance(20);
    await ada().challenge(on.id);
    expect((await ada().verify(on.id, { passCode: await ada().code('call') })).body).toEqual({
      factorResult: 'SUCCESS',
    });
  });

  it('accept an extension, return it, and identify the phone by it', async () => {
    const withExtension = body({ phoneNumber: '(555) 010-0123', phoneExtension: '42' });
    const { body: pending } = await ada().enroll(withExtension);
    expect(pending.profile).toEqual({ phoneNumber: NUMBER, phoneExtension: '42' });
    await ada().activate(pending.id, await ada().code('call'));
    await ada().remove(pending.id);
    expect((await ada().catalog('call'))?._embedded).toMatchObject({
      phones: [{ profile: { phoneNumber: NUMBER, phoneExtension: '42' }, status: 'ACTIVE' }],
    });
    emulator.clock.advance(30);
    const other = await ada().enroll(body({ phoneNumber: NUMBER, phoneExtension: '43' }), '?updatePhone=true');
    expect(other.body.status).toBe('PENDING_ACTIVATION');
    await ada().remove(other.body.id);
    expect((await ada().enroll(withExtension)).body.status).toBe('ACTIVE');
  });

  it.each([['x'], ['1234567890123456'], [42], ['1 2']])('refuse the extension %j', async (phoneExtension) => {
    expect(await ada().enroll(body({ phoneNumber: NUMBER, phoneExtension }))).toMatchObject({
      status: 400,
      body: { errorCode: 'E0000121', errorSummary: 'Invalid phone extension. Please enter a valid phone extension.' },
    });
  });
});
