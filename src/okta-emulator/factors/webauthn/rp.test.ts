import { describe, expect, it } from 'vitest';
import { ADA, testEmulator } from '../../testing/emulator.ts';
import { createSecurityKey } from '../../testing/security-key.ts';

type Wire = {
  id: string;
  _embedded: { activation: { challenge: string; rp: { name: string; id?: string } }; challenge: { rpId?: string } };
};

describe('rpIdFor', () => {
  const cases: [
    setting: string | undefined,
    url: string | undefined,
    rp: string | undefined,
    fits: string[],
    not: string[],
  ][] = [
    [
      undefined,
      undefined,
      'localhost',
      ['http://localhost:3000', 'http://portal.localhost:3000'],
      ['http://127.0.0.1:3000', 'https://example.com'],
    ],
    [undefined, 'http://127.0.0.1:3001', undefined, [], ['http://localhost:3000', 'http://127.0.0.2:3000']],
    [undefined, 'http://[::1]:3001', undefined, [], ['http://localhost:3000']],
    ['none', undefined, undefined, ['http://localhost:3000'], ['https://example.com']],
    [
      'example.com',
      undefined,
      'example.com',
      ['https://example.com', 'https://portal.example.com'],
      ['https://notexample.com', 'http://localhost:3000', 'https://example.com.evil.example'],
    ],
  ];
  it.each(cases)('setting %j, org at %j: rp.id is %j', async (passkeyRpId, url, expected, fits, not) => {
    const at = await testEmulator({ passkeyRpId, ...(url && { url }) });
    const ask = async (path: string, body: unknown) => {
      const answer = await fetch(`http://127.0.0.1:${at.port}/api/v1/users/${ADA}/factors${path}`, {
        method: 'POST',
        headers: { authorization: `SSWS ${at.apiToken}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      return { status: answer.status, body: (await answer.json()) as Wire };
    };
    const register = async (origin: string) => {
      const { body: pending } = await ask('', { factorType: 'webauthn', provider: 'FIDO' });
      const key = createSecurityKey({ origin, rpId: expected ?? new URL(url ?? at.url).hostname });
      const { status } = await ask(
        `/${pending.id}/lifecycle/activate`,
        key.register(pending._embedded.activation.challenge),
      );
      return { status, pending };
    };
    for (const origin of [...fits, ...not]) {
      await at.reset();
      const { status, pending } = await register(origin);
      expect([origin, status]).toEqual([origin, fits.includes(origin) ? 200 : 403]);
      expect(pending._embedded.activation.rp).toEqual({ name: 'Example', ...(expected && { id: expected }) });
      if (status === 200) {
        const { challenge } = (await ask(`/${pending.id}/verify`, {})).body._embedded;
        expect(challenge.rpId).toBe(passkeyRpId === 'example.com' ? 'example.com' : undefined);
      }
    }
  });
});
