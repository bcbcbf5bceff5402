import type { Transaction } from 'kysely';
import { ApiError } from '#contract/errors.ts';
import { DAY_MS, type Clock } from '#clock';
import { lockNames } from '#database/row-locks.ts';
import type { Factor as Wire } from '#okta/wire/factor.ts';
import type { Alarm, Alarms } from '../../records/alarms/alarms.ts';
import type { InTransaction } from '../../records/audit-log/audit-log.ts';
import { addCounts, countWithin, findRetryAt, type Limit } from '../../records/audit-log/counts.ts';
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

/** Messages and pushes to one person. A stolen session must not tire its owner into approving a push (ASVS 6.6.4). */
const SOON = { most: 5, windowMs: 5 * 60_000 };
/** Text messages and calls to one phone number, over all people and endpoints. */
const REST = { most: 1, windowMs: 30_000 };

/** `unknown`: the factor's id, if only Okta knows the number. */
export type ToPhone = { number: string } | { unknown: string };

export type Messages = ReturnType<typeof createMessages>;
export type SendingServices = { auditLog: AuditLog; messages: Messages };

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

/** Returns an alarm if the next message is the last one that the limit allows. */
async function assertLeft(tx: Transaction<Tables>, now: number, limit: Limit): Promise<Alarm | null> {
  await assertSome(tx, now, limit, 'message_limit');
  const within24Hours = (await countWithin(tx, limit, now, DAY_MS)) + 1;
  if (within24Hours < limit.most) return null;
  return { name: 'messages_used_up', subject: limit.who || null, details: { within24Hours, limit: limit.most } };
}

/** `check` throws at a limit, and returns an alarm for each limit that this message uses up. */
function createChecks(parts: Parts, userId: string, phone: ToPhone | null) {
  const to =
    phone === null ? null : 'number' in phone ? reached(phone.number) : { number: phone.unknown, country: 'unknown' };
  // Checked here but not counted: the intent's audit row counts the message for the person.
  const ofPerson = inADay('send', userId, parts.limits.person);
  const shared = to
    ? [inADay('message_country', to.country, parts.limits.country), inADay('message_org', '', parts.limits.org)]
    : [];
  // The MAC without its key's id. After a key rotation, the rows of earlier messages are not found.
  const mac = to && parts.sealer.mac(to.number, 'a message went to').split('.')[1]!;
  const ofNumber = mac === null ? [] : [{ kind: 'message_number', who: mac, ...REST } as const];
  const counted = [...shared, ...ofNumber];
  async function check(tx: Transaction<Tables>, now: number): Promise<Alarm[]> {
    // A limit sums many rows, so a name is locked instead of a row.
    await lockNames(tx, ...[ofPerson, ...counted].map(({ kind, who }) => `count ${kind} ${who}`));
    for (const limit of ofNumber) await assertSome(tx, now, limit, 'sent_too_soon');
    await assertSome(tx, now, ofPerson, 'message_limit');
    const usedUp: (Alarm | null)[] = [];
    for (const limit of shared) usedUp.push(await assertLeft(tx, now, limit));
    return usedUp.filter((alarm) => alarm !== null);
  }
  return { counted, check };
}

/** Throws `sent_too_soon`. Call it under the person's lock, before the next intent is written. */
const assertMaySend = ({ store, clock }: Parts, userId: string): Promise<void> =>
  assertSome(store, clock.now(), { kind: 'send', who: userId, ...SOON }, 'sent_too_soon');

/** Throws `bad_phone`. The returned function rejects with `sent_too_soon` or `message_limit`, with `retryAt`. */
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

/** Rejects like `countMessage`, but counts nothing. */
async function assertOpen(parts: Parts, userId: string, phone: ToPhone | null): Promise<void> {
  const { check } = createChecks(parts, userId, phone);
  await changeStore(parts.store, (tx) => check(tx, parts.clock.now()));
}

/** Limits the cost of messages. Phone numbers are stored as MACs only. */
export const createMessages = (parts: Parts) => bindParts(parts, { assertMaySend, counted: countMessage, assertOpen });
