import { setTimeout as pause } from 'node:timers/promises';
import type { EndpointName } from '#contract/endpoints.ts';
import { allEndpoints } from '#contract/all.ts';
import { headers as ours, fillPath } from '#contract/endpoints.ts';
import type { ErrorBody } from '#contract/errors.ts';
import type { Reply, Visitor } from '../visitor.ts';

export type Ledger = {
  violations: string[];
  /** `cutGets`: failed GETs whose body was cut. They are not in `failedGets`. */
  failedGets: string[];
  cutGets: number;
  answered: number;
  lost: Record<string, number>;
  refusals: Record<string, number>;
  /** A portal reported these changes as done. */
  told: { userId: string; what: 'enroll' | 'activate' | 'remove'; factorId: string }[];
  /** In ms, for each change whose answer was lost: until a portal answered a repeat. */
  repeats: number[];
  /** The longest time between a request and its answer, in ms. */
  slowest: number;
};

export const openLedger = (): Ledger => ({
  violations: [],
  failedGets: [],
  cutGets: 0,
  answered: 0,
  lost: {},
  refusals: {},
  told: [],
  repeats: [],
  slowest: 0,
});

const count = (counts: Record<string, number>, name: string): void => {
  counts[name] = (counts[name] ?? 0) + 1;
};

export const isOutage = ({ body }: Reply): boolean => readCode({ body }) === 'store_unavailable';
export const readCode = ({ body }: Pick<Reply, 'body'>): string | undefined =>
  (body as { error?: { code?: string } } | undefined)?.error?.code;

const isLost = ({ status, body }: Reply) => status >= 502 && status <= 504 && readCode({ body }) === undefined;

type Sender = {
  ledger: Ledger;
  visitor: Visitor;
  base: string;
  /** A reset ends sessions, perhaps later, when the portals reconcile it. */
  mayEnd?: () => boolean;
};
type Call = { params?: Record<string, string>; body?: unknown; key?: string };

/** Null if the answer was lost. */
export async function send(
  { ledger, visitor, base, mayEnd = () => false }: Sender,
  name: EndpointName,
  { params = {}, body, key }: Call = {},
): Promise<Reply | null> {
  const { method } = allEndpoints[name];
  const begun = performance.now();
  let reply: Reply | null = null;
  let why = '';
  try {
    reply = await visitor.raw({
      method,
      path: fillPath(allEndpoints[name], params as never),
      headers: {
        accept: 'application/json',
        ...(method !== 'GET' && { [ours.guard]: '1', origin: base }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(key !== undefined && { [ours.idempotencyKey]: key }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    if (isLost(reply)) {
      why = `answered ${reply.status}`;
      reply = null;
    }
  } catch (error) {
    why = String((error as Error).message);
  }
  ledger.slowest = Math.max(ledger.slowest, performance.now() - begun);
  if (reply === null) {
    if (method !== 'GET') count(ledger.lost, `${name}: ${why}`);
    else if (why === 'aborted') ledger.cutGets += 1;
    else ledger.failedGets.push(`${name}: ${why}`);
    return null;
  }
  ledger.answered += 1;
  if (reply.status >= 400) count(ledger.refusals, readCode(reply) ?? String(reply.status));
  if (method === 'GET' && reply.status >= 500) ledger.failedGets.push(`${name}: ${reply.status} ${readCode(reply)}`);
  if (reply.status === 401 && !mayEnd()) ledger.violations.push(`a session was lost at ${name}`);
  return reply;
}

const later = new Set(['busy', 'outcome_unknown', 'store_unavailable', 'org_timeout', 'org_unavailable', 'internal']);
const REPEAT_MS = 500;
const REPEATED_MS = 300_000;

/**
 * Repeats a change whose answer was lost, with its idempotency key, until a portal answers: as the page does, again by
 * itself when an earlier change's time is over, and otherwise at the person's next press. Gives up after five minutes.
 * @returns the answer; null if there was none
 */
export async function repeat(who: Parameters<typeof send>[0], name: EndpointName, call: Call): Promise<Reply | null> {
  const begun = performance.now();
  while (performance.now() - begun < REPEATED_MS) {
    let reply = await send(who, name, call);
    const { rule, retryAt } = (reply?.body as Partial<ErrorBody> | undefined)?.error ?? {};
    if (rule === 'change_runs' && retryAt) {
      await pause(Math.max(0, Date.parse(retryAt) - Date.now()));
      reply = await send(who, name, call);
    }
    if (reply && !later.has(readCode(reply) ?? '')) {
      who.ledger.repeats.push(performance.now() - begun);
      return reply;
    }
    await pause(REPEAT_MS);
  }
  who.ledger.violations.push(`the repeat of ${name} was never answered`);
  return null;
}
