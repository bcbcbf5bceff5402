import { randomBytes } from 'node:crypto';
import Fastify from 'fastify';
import pino from 'pino';
import { createClock, type Clock } from '#clock';
import { openSqlite } from '#database/open.ts';
import { managementApi } from '../../api/api.ts';
import { createRateBucket } from '../../api/request/rate-limit.ts';
import type { EmulatorContext, Engine } from '../../context/context.ts';
import { listMessages } from '../../people/inbox.ts';
import { readPhone } from '../../simulator/phone.ts';
import { answerPush, readPushAction } from '../../simulator/pushes.ts';
import { SimulatorError, personNamed } from '../../simulator/refusal.ts';
import { seed } from '../../seed/seed.ts';
import { functions, migrations, type Tables } from '../../store/schema.ts';
import { testEmulator } from '../emulator.ts';

export type Reply = { status: number; body: unknown };

export type Target = {
  engine: Engine;
  clock: Clock;
  call(method: string, path: string, body?: object): Promise<Reply>;
  /** Newest first. */
  codes(login: string): Promise<string[]>;
  shown(login: string, factorId: string): Promise<string>;
  phone(command: object): Promise<Reply>;
  /** Resets to the demo's people, without factors, phones or messages, and to the initial time. */
  fresh(): Promise<void>;
  close(): Promise<void>;
};

/** The time is in the middle of a 30 s step. */
const NOON = Date.UTC(2026, 5, 1, 12, 0, 15);
const TOKEN = '00the-token-of-this-test';

type Coded = { code: string | null };
const codesIn = (messages: readonly Coded[]) => messages.flatMap(({ code }) => code ?? []);

const createContext = (db: EmulatorContext['db'], clock: Clock, engine: Engine): EmulatorContext => {
  const url = 'http://localhost:3001';
  return {
    db,
    clock,
    engine,
    url,
    random: randomBytes,
    secretLength: 32,
    smsTemplates: [],
    freeOrg: false,
    messageWait: 30,
    signIn: 'password',
    rpId: 'localhost',
    keyVerification: 'PREFERRED',
    passwordCost: 2,
    issuer: `${url}/oauth2/default`,
    log: pino({ level: 'silent' }),
    universalLogout: { endpoint: null, send: async () => null, routes: () => {} },
  };
};

async function answerPhone(emulator: EmulatorContext, command: object): Promise<Reply> {
  try {
    return {
      status: 200,
      body: await answerPush(
        emulator,
        await personNamed(emulator, (command as { user: string }).user),
        readPushAction(command),
      ),
    };
  } catch (error) {
    if (error instanceof SimulatorError) return { status: error.status, body: undefined };
    throw error;
  }
}

/** Uses no port and no disk, which would take most of the test's time. */
export async function startInProcess(engine: Engine): Promise<Target> {
  const db = await openSqlite<Tables>({ file: ':memory:', migrations, functions });
  const clock = createClock(() => NOON);
  const emulator = createContext(db, clock, engine);
  await seed(emulator, 'nobody signs in here');
  const app = Fastify({ loggerInstance: pino({ level: 'silent' }) });
  const credentials = { tokens: [{ token: TOKEN, role: 'SUPER_ADMIN' as const }], bearer: async () => undefined };
  await app.register(managementApi(emulator, credentials, createRateBucket(0, clock)), { prefix: '/api/v1' });
  await app.ready();
  const headers = { authorization: `SSWS ${TOKEN}`, 'user-agent': 'latchkey-model/0' };

  return {
    engine,
    clock,
    async call(method, path, body) {
      const { statusCode, payload } = await app.inject({
        method: method as 'GET',
        url: `/api/v1${path}`,
        headers,
        payload: method === 'GET' ? undefined : (body ?? {}),
      });
      return { status: statusCode, body: payload === '' ? undefined : JSON.parse(payload) };
    },
    codes: async (login) => codesIn(await listMessages(emulator, await personNamed(emulator, login))),
    shown: async (login, factorId) =>
      (await readPhone(emulator, await personNamed(emulator, login))).find((one) => one.factorId === factorId)?.code ??
      '000000',
    phone: (command) => answerPhone(emulator, command),
    async fresh() {
      clock.reset();
      await db.transaction().execute(async (tx) => {
        for (const table of [
          'factors',
          'push_transactions',
          'outstanding',
          'activation_tries',
          'resend_tries',
          'phones',
          'sent',
          'messages',
        ] as const)
          await tx.deleteFrom(table).execute();
        await tx.updateTable('people').set({ status: 'ACTIVE', misses: 0, missed_at: 0 }).execute();
      });
    },
    async close() {
      await app.close();
      await db.destroy();
    },
  };
}

/** Uses a store on disk. Stops after the last test of the test file. */
export async function startOnPort(engine: Engine): Promise<Target> {
  const emulator = await testEmulator({ engine });
  return {
    engine,
    clock: emulator.clock,
    call: async (method, path, body) =>
      emulator.api<unknown>(method, path, method === 'GET' ? undefined : (body ?? {}), {
        'user-agent': 'latchkey-model/0',
      }),
    codes: async (login) => codesIn((await emulator.simulator<Coded[]>('GET', `/messages?user=${login}`)).body),
    shown: async (login, factorId) =>
      (
        await emulator.simulator<{ factorId: string; code: string }[]>('GET', `/authenticators?user=${login}`)
      ).body.find((one) => one.factorId === factorId)?.code ?? '000000',
    phone: (command) => emulator.simulator('POST', '/push', command),
    async fresh() {
      await emulator.reset();
      for (const { login } of emulator.people)
        await emulator.api('POST', `/users/${login}/lifecycle/reset_factors?removeRecoveryEnrollment=true`, {});
    },
    close: () => emulator.close(),
  };
}
