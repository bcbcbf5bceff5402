import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { startInProcess, startOnPort, type Target, type Reply } from './target-emulator.ts';
import { faultyEmulator } from './faulty-emulator.ts';
import type { Seen } from './model-run.ts';
import { agrees, extent } from './property.ts';

// 100,000 sequences take hours.
vi.setConfig({ testTimeout: 3 * 60 * 60 * 1000 });

const open: Target[] = [];
const opened = async (emulator: Promise<Target>) => open[open.push(await emulator) - 1]!;
afterEach(async () => {
  for (const emulator of open.splice(0)) await emulator.close();
});

/** Without these answers, the sequences would test too little. */
const everywhere = [
  /^activate app: ACTIVE/,
  /^activate codes: ACTIVE/,
  /^activate key: ACTIVE/,
  /^activate sms: ACTIVE/,
  /^activate call: ACTIVE/,
  /^enroll question: ACTIVE/,
  /^activate \w+: E0000007/,
  /^activate \w+: E0000047/,
  /^activate \w+: E0000068/,
  /^activate \w+: E0000107/,
  /^verify \w+: SUCCESS/,
  /^verify \w+: E0000007/,
  /^verify \w+: E0000068/,
  /^verify \w+: E0000069/,
  /^verify \w+: E0000082/,
  /^challenge: CHALLENGE/,
  /^challenge: WAITING/,
  /^\w+( \w+)?: E0000109/,
  /^\w+( \w+)?: E0000118/,
  /^\w+( \w+)?: E0000133/,
  /^remove: 204/,
  /^reset: 200/,
];
/** These answers occur a few times in a thousand sequences, so only long runs require them. */
const scarce = [/^resend: PENDING_ACTIVATION/, /^transaction: (?:SUCCESS|REJECTED|TIMEOUT)/];

describe.each(['classic', 'oie'] as const)('two people and all operations on their factors, on %s', (engine) => {
  test('[F7] behave as the model', async () => {
    const emulator = await opened(startInProcess(engine));
    const seen: Seen = new Map();
    const { numRuns = 0, ...more } = extent(0.49);
    await fc.assert(agrees(emulator, seen), { numRuns, ...more });
    if (numRuns < 900) return;
    const due = numRuns < 10_000 ? everywhere : [...everywhere, ...scarce];
    expect(due.filter((one) => ![...seen.keys()].some((outcome) => one.test(outcome)))).toEqual([]);
  });

  test('behave as the model on a port, with a file', async () => {
    await fc.assert(agrees(await opened(startOnPort(engine))), extent(0.01));
  });
});

describe('the model detects that', () => {
  const ok = (body: unknown): Reply => ({ status: 200, body });
  const readCode = ({ body }: Reply) => (body as { errorCode?: string } | undefined)?.errorCode;

  async function caught(
    fault: Parameters<typeof faultyEmulator>[1],
    { engine = 'classic' as 'classic' | 'oie', numRuns = 2000, endOnFailure = true } = {},
  ) {
    const emulator = faultyEmulator(await opened(startInProcess(engine)), fault);
    const details = await fc.check(agrees(emulator), { numRuns, endOnFailure, seed: 20260601 });
    expect(details.failed, 'nobody noticed').toBe(true);
    return { commands: details.counterexample![0], report: fc.defaultReportMessage(details)! };
  }

  test('a code is accepted twice; the report has few steps, and the seed', async () => {
    const { commands, report } = await caught(
      (_asked, reply) => (readCode(reply) === 'E0000082' ? ok({ factorResult: 'SUCCESS' }) : reply),
      { endOnFailure: false },
    );
    expect(commands.length).toBeLessThanOrEqual(5);
    expect(report).toContain('seed: 20260601');
    expect(report).toMatch(/path: "[\d:]+"/);
  });

  test('a wrong code activates a factor, and the answer hides it', async () => {
    const on = new Set<string>();
    const { commands } = await caught(({ method, path }, reply) => {
      const [, id = ''] = /\/factors\/(\w+)\/lifecycle\/activate$/.exec(path) ?? [];
      if (readCode(reply) === 'E0000068') on.add(id);
      if (method !== 'GET' || !path.endsWith('/factors')) return reply;
      return ok(
        (reply.body as { id: string; status: string }[]).map((one) =>
          on.has(one.id) ? { ...one, status: 'ACTIVE' } : one,
        ),
      );
    });
    expect(commands.map((one) => one.do)).toContain('activate');
  });

  test('a secret is shown again in the list', async () => {
    let last: object = {};
    await caught(({ method, path }, reply) => {
      const { _embedded: embedded } = (reply.body ?? {}) as { _embedded?: object };
      if (embedded) last = embedded;
      return method === 'GET' && path.endsWith('/factors')
        ? ok((reply.body as object[]).map((one) => ({ ...one, _embedded: last })))
        : reply;
    });
  });

  test('an answer shows the code that was sent', async () => {
    await caught(async ({ path }, reply, emulator) => {
      if (!path.includes('/factors?') || reply.status !== 200) return reply;
      const [code] = await emulator.codes('ada@example.com');
      return ok({ ...(reply.body as object), passCode: code });
    });
  });

  test("another person's factor differs from an unknown one", async () => {
    await caught(({ path }, reply) =>
      readCode(reply) === 'E0000007' && !path.includes('uft0000')
        ? { status: 403, body: { errorCode: 'E0000006' } }
        : reply,
    );
  });

  test.each(['E0000047', 'E0000069', 'E0000109'])('no call is refused with %s', async (code) => {
    await caught((_asked, reply) =>
      readCode(reply) === code ? { status: 403, body: { errorCode: 'E0000068' } } : reply,
    );
  });

  test('a denied push counts as approved', async () => {
    await caught(
      (_asked, reply) =>
        (reply.body as { factorResult?: string } | undefined)?.factorResult === 'REJECTED'
          ? ok({ factorResult: 'SUCCESS' })
          : reply,
      { engine: 'oie' },
    );
  });

  test('nothing, when the emulator has no fault', async () => {
    await expect(caught((_asked, reply) => reply, { numRuns: 50 })).rejects.toThrow('nobody noticed');
  });
});
