import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { createClock, type Clock } from '#clock';
import { startEmulator, type Emulator, type EmulatorOptions } from '../start.ts';
import { CHEAP_PASSWORD } from './cheap-password.ts';
import { copyKeys } from './kept-keys.ts';

export const ADA = 'ada@example.com';
export const GRACE = 'grace@example.com';

/** Some bodies lack `id` or `status`. */
type Body = { id: string; status: string; [name: string]: unknown };

export type Answer<T = Body> = { status: number; headers: Headers; body: T };

/** Only the fields that tests read. */
export type WireFactor = {
  id: string;
  status: string;
  provider: string;
  factorType: string;
  _links: Record<string, { href: string; hints: { allow: string[] } }>;
  _embedded?: { activation: { sharedSecret: string } };
};

export type TestEmulator = Emulator & {
  clock: Clock;
  dataDir: string;
  api<T = Body>(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer<T>>;
  simulator<T = Body>(method: string, path: string, body?: unknown): Promise<Answer<T>>;
  code(login: string, provider?: string): Promise<string>;
  enroll(login: string, provider?: string): Promise<WireFactor>;
  /** Activates it with the current code, which is then used up. */
  activated(login: string, provider?: string): Promise<WireFactor>;
  /** Starts a new emulator with the same folder. */
  restart(): Promise<TestEmulator>;
};

async function read<T>(answer: Response): Promise<Answer<T>> {
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, body: (text === '' ? undefined : JSON.parse(text)) as T };
}

/** The time is in the middle of a 30 s step, so that a code does not change by chance. */
const NOON = Date.UTC(2026, 5, 1, 12, 0, 15);

const heldClock = (): Clock => createClock(() => NOON);

const folders: string[] = [];
const running: Emulator[] = [];

/** The emulator stops after the last test of the test file. */
export async function testEmulator(options: Partial<EmulatorOptions> = {}): Promise<TestEmulator> {
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'latchkey-emulator-'));
  if (options.dataDir === undefined) copyKeys(dataDir);
  folders.push(dataDir);
  const clock = options.clock ?? heldClock();
  const emulator = await startEmulator({
    port: 0,
    rateLimit: 0,
    passwordCost: CHEAP_PASSWORD,
    anyLoopbackPort: true,
    ...options,
    dataDir,
    clock,
  });
  running.push(emulator);

  const api: TestEmulator['api'] = async (method, path, body, headers = {}) =>
    read(
      await fetch(`${emulator.url}/api/v1${path}`, {
        method,
        headers: { authorization: `SSWS ${emulator.apiToken}`, 'content-type': 'application/json', ...headers },
        body: body === undefined ? undefined : JSON.stringify(body),
      }),
    );
  const simulator: TestEmulator['simulator'] = async (method, path, body) =>
    read(
      await fetch(`${emulator.url}/simulator/api${path}`, {
        method,
        headers: method === 'POST' ? { 'content-type': 'application/json' } : {},
        body: body === undefined ? undefined : JSON.stringify(body),
      }),
    );
  const code = async (login: string, provider = 'GOOGLE') => {
    const { body } = await simulator<{ provider: string; code: string }[]>('GET', `/authenticators?user=${login}`);
    return body.find((entry) => entry.provider === provider)?.code ?? 'none';
  };
  const enroll = async (login: string, provider = 'GOOGLE') =>
    (await api<WireFactor>('POST', `/users/${login}/factors`, { factorType: 'token:software:totp', provider })).body;
  const activated = async (login: string, provider = 'GOOGLE') => {
    const { id } = await enroll(login, provider);
    const { body } = await api<WireFactor>('POST', `/users/${login}/factors/${id}/lifecycle/activate`, {
      passCode: await code(login, provider),
    });
    return body;
  };
  const restart = async () => {
    await emulator.close();
    return testEmulator({ ...options, dataDir, clock });
  };
  return { ...emulator, clock, dataDir, api, simulator, code, enroll, activated, restart };
}

afterAll(async () => {
  for (const emulator of running) await emulator.close();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});
