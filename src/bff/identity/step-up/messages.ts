import type { Transaction } from 'kysely';
import { ApiError } from '#contract/errors.ts';
import type { Clock } from '#clock';
import { lockNames } from '#database/row-locks.ts';
import type { Factor as Wire } from '#okta/wire/factor.ts';
import type { Alarm, Alarms } from '../../records/alarms/alarms.ts';
import type { InTransaction } from '../../records/audit-log/audit-log.ts';
import { addCounts, countWithin, DAY_MS, findRetryAt, type Limit } from '../../records/audit-log/counts.ts';
import { profileText } from '../../platform/kinds/kind.ts';
import { getKind, kinds } from '../../platform/kinds/registry.ts';
import { reached } from '../../platform/kinds/reachable.ts';
import { changeStore } from '../../platform/store/change-store.ts';
import type { Store } from '../../platform/store/open.ts';
import type { Tables } from '../../platform/store/schema.ts';
import type { Sealer } from '../../platform/store/secrets.ts';
import type { MessageLimits } from './message-settings.ts';
import type { AuditLog } from '../../records/audit-log/audit-log.ts';
import { bindParts } from '../../platform/bind-parts.ts';

/**
 * How many messages and pushes one person may get in five minutes. Okta limits each number and each method; this limit
 * counts per person. Otherwise a stolen session could flood a phone, or tire its owner until they approve a push (ASVS
 * 6.6.4). Okta, too, allows five resends.
 */
const SOON = { most: 5, windowMs: 5 * 60_000 };
/** One number gets one text message or call in 30 s, counted over all people and endpoints. */
const REST = { most: 1, windowMs: 30_000 };

/** A phone that gets a message: its number, or the factor's id if only Okta knows the number. */
export type ToPhone = { number: string } | { unknown: string };

export type Messages = ReturnType<typeof createMessages>;
/** The services that sending a message or a push needs. */
export type SendingServices = { auditLog: AuditLog; messages: Messages };

/** The phone that an Okta factor sends to, or null for a factor that sends to none. */
export function findPhone(factor: Pick<Wire, 'id' | 'factorType' | 'provider' | 'profile'>): ToPhone | null {
  if (kinds[getKind(factor)].sendsTo !== 'phone') return null;
  const number = profileText(factor, 'phoneNumber');
  return number === null ? { unknown: factor.id } : { number };
}

type Parts = { store: Store; clock: Clock; sealer: Sealer; limits: MessageLimits; alarms: Pick<Alarms, 'raise'> };

const inADay = (kind: 'send' | 'message_country' | 'message_org', who: string, most: number): Limit => ({
  kind,
  who,
  most,
  windowMs: DAY_MS,
});

async function assertSome(tx: Store, now: number, limit: Limit, code: 'sent_too_soon' | 'message_limit') {
  const retryAt = await findRetryAt(tx, now, limit);
  if (retryAt !== null) throw new ApiError(code, { retryAt });
}

/**
 * Throws if a country's or the org's limit is used up. Returns an alarm if the next message is the last one allowed.
 */
async function assertLeft(tx: Transaction<Tables>, now: number, limit: Limit): Promise<Alarm | null> {
  await assertSome(tx, now, limit, 'message_limit');
  const within24Hours = (await countWithin(tx, limit, now, DAY_MS)) + 1;
  if (within24Hours < limit.most) return null;
  return { name: 'messages_used_up', subject: limit.who || null, details: { within24Hours, limit: limit.most } };
}

/**
 * Returns `counted`, the limits that count one message or push for its country, the org and its number, and `check`,
 * which checks all its limits. `check` throws at a limit, and returns an alarm for each limit that this message uses
 * up.
 */
function createChecks(parts: Parts, userId: string, phone: ToPhone | null) {
  const to =
    phone === null ? null : 'number' in phone ? reached(phone.number) : { number: phone.unknown, country: 'unknown' };
  // The intent's row in the audit log counts the message for the person.
  const ofPerson = inADay('send', userId, parts.limits.person);
  const shared = to
    ? [inADay('message_country', to.country, parts.limits.country), inADay('message_org', '', parts.limits.org)]
    : [];
  // Rows are found by the MAC alone, without the id of its key. After a rotation, rows under the former key are not
  // found.
  const mac = to && parts.sealer.mac(to.number, 'a message went to').split('.')[1]!;
  const ofNumber = mac === null ? [] : [{ kind: 'message_number', who: mac, ...REST } as const];
  const counted = [...shared, ...ofNumber];
  async function check(tx: Transaction<Tables>, now: number): Promise<Alarm[]> {
    // A limit sums many rows, so there is no single row to lock. A name is locked instead.
    await lockNames(tx, ...[ofPerson, ...counted].map(({ kind, who }) => `count ${kind} ${who}`));
    for (const limit of ofNumber) await assertSome(tx, now, limit, 'sent_too_soon');
    await assertSome(tx, now, ofPerson, 'message_limit');
    const usedUp: (Alarm | null)[] = [];
    for (const limit of shared) usedUp.push(await assertLeft(tx, now, limit));
    return usedUp.filter((alarm) => alarm !== null);
  }
  return { counted, check };
}

/**
 * Throws `sent_too_soon` with `retryAt` when this person got too many messages in the last minutes, from any endpoint
 * or session. Call it under the person's lock, before the next intent is written.
 */
const assertMaySend = ({ store, clock }: Parts, userId: string): Promise<void> =>
  assertSome(store, clock.now(), { kind: 'send', who: userId, ...SOON }, 'sent_too_soon');

/**
 * Counts one message or push to a person, in the transaction of its intent. Rejects with `sent_too_soon` or
 * `message_limit`, both with `retryAt`; then there is no intent, and Okta is not called. A message that Okta certainly
 * did not send is uncounted.
 * @param phone the phone that gets the message, if any; throws `bad_phone` at once for a number that is not personal
 */
function countMessage(parts: Parts, userId: string, phone: ToPhone | null): InTransaction {
  const { counted, check } = createChecks(parts, userId, phone);
  return async (tx) => {
    const now = parts.clock.now();
    const usedUp = await check(tx, now);
    return async (seq) => {
      await addCounts(tx, now, counted, seq);
      for (const alarm of usedUp) await parts.alarms.raise(tx, alarm);
    };
  };
}

/**
 * Rejects as `countMessage` does, but counts nothing. For callers that check the limits before they change something.
 */
async function assertOpen(parts: Parts, userId: string, phone: ToPhone | null): Promise<void> {
  const { check } = createChecks(parts, userId, phone);
  await changeStore(parts.store, (tx) => check(tx, parts.clock.now()));
}

/**
 * Limits the cost of messages. One number gets one message in 30 seconds. In 24 hours there is a limit of messages and
 * pushes per person, and of text messages and calls per country and for the whole org. Messages are counted with the
 * intent, before Okta is called, over all processes that share a store. Numbers are stored as MACs only.
 */
export const createMessages = (parts: Parts) => bindParts(parts, { assertMaySend, counted: countMessage, assertOpen });
