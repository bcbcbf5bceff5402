import fc from 'fast-check';
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import { endEmulators } from '../testing/emulator.ts';
import { indoors, onThePort } from './testing/indoors.ts';
import type { House, Reply } from './testing/indoors.ts';
import { lying } from './testing/liar.ts';
import type { Seen } from './testing/play.ts';
import { agrees, extent } from './testing/property.ts';

// A hundred thousand sequences take their time.
vi.setConfig({ testTimeout: 3 * 60 * 60 * 1000 });

const open: House[] = [];
const opened = async (house: Promise<House>) => open[open.push(await house) - 1]!;
afterEach(async () => {
  for (const house of open.splice(0)) await house.close();
});
afterAll(endEmulators);

/** What has to come up, else the sequences stay where nothing happens. */
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
/** What comes up a few times in a thousand sequences, and so may not: looked for where there are many. */
const scarce = [/^resend: PENDING_ACTIVATION/, /^transaction: (?:SUCCESS|REJECTED|TIMEOUT)/];

describe.each(['classic', 'oie'] as const)('two people and all they do with their factors, on %s', (engine) => {
  test('[F7] is as the model says', async () => {
    const house = await opened(indoors(engine));
    const seen: Seen = new Map();
    const { numRuns = 0, ...more } = extent(0.49);
    await fc.assert(agrees(house, seen), { numRuns, ...more });
    if (numRuns < 900) return;
    const due = numRuns < 10_000 ? everywhere : [...everywhere, ...scarce];
    expect(due.filter((one) => ![...seen.keys()].some((outcome) => one.test(outcome)))).toEqual([]);
  });

  test('is so at an org on a port, with its file', async () => {
    await fc.assert(agrees(await opened(onThePort(engine))), extent(0.01));
  });
});

describe('the model sees an org in which', () => {
  const ok = (body: unknown): Reply => ({ status: 200, body });
  const codeOf = ({ body }: Reply) => (body as { errorCode?: string } | undefined)?.errorCode;

  /** Plays with a house that lies until the model says so, and gives its report. */
  async function caught(
    lie: Parameters<typeof lying>[1],
    { engine = 'classic' as 'classic' | 'oie', numRuns = 2000, endOnFailure = true } = {},
  ) {
    const house = lying(await opened(indoors(engine)), lie);
    const details = await fc.check(agrees(house), { numRuns, endOnFailure, seed: 20260601 });
    expect(details.failed, 'nobody noticed').toBe(true);
    return { orders: details.counterexample![0], report: fc.defaultReportMessage(details)! };
  }

  test('a code is taken twice; it says so in few steps, with the seed', async () => {
    const { orders, report } = await caught(
      (_asked, reply) => (codeOf(reply) === 'E0000082' ? ok({ factorResult: 'SUCCESS' }) : reply),
      { endOnFailure: false },
    );
    expect(orders.length).toBeLessThanOrEqual(5);
    expect(report).toContain('seed: 20260601');
    expect(report).toMatch(/path: "[\d:]+"/);
  });

  test('a wrong code turns a factor on, and the answer hides it', async () => {
    const on = new Set<string>();
    const { orders } = await caught(({ method, path }, reply) => {
      const [, id = ''] = /\/factors\/(\w+)\/lifecycle\/activate$/.exec(path) ?? [];
      if (codeOf(reply) === 'E0000068') on.add(id);
      if (method !== 'GET' || !path.endsWith('/factors')) return reply;
      return ok(
        (reply.body as { id: string; status: string }[]).map((one) =>
          on.has(one.id) ? { ...one, status: 'ACTIVE' } : one,
        ),
      );
    });
    expect(orders.map((one) => one.do)).toContain('activate');
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
    await caught(async ({ path }, reply, house) => {
      if (!path.includes('/factors?') || reply.status !== 200) return reply;
      const [code] = await house.codes('ada@example.com');
      return ok({ ...(reply.body as object), passCode: code });
    });
  });

  test("another person's factor is told from one that is not there", async () => {
    await caught(({ path }, reply) =>
      codeOf(reply) === 'E0000007' && !path.includes('uft0000')
        ? { status: 403, body: { errorCode: 'E0000006' } }
        : reply,
    );
  });

  test.each(['E0000047', 'E0000069', 'E0000109'])('nothing is refused with %s', async (code) => {
    await caught((_asked, reply) =>
      codeOf(reply) === code ? { status: 403, body: { errorCode: 'E0000068' } } : reply,
    );
  });

  test('a push that was denied counts as approved', async () => {
    await caught(
      (_asked, reply) =>
        (reply.body as { factorResult?: string } | undefined)?.factorResult === 'REJECTED'
          ? ok({ factorResult: 'SUCCESS' })
          : reply,
      { engine: 'oie' },
    );
  });

  test('nothing is wrong, as one with nothing to see', async () => {
    await expect(caught((_asked, reply) => reply, { numRuns: 50 })).rejects.toThrow('nobody noticed');
  });
});
