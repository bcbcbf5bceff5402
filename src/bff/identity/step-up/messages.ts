import type { Transaction } from 'kysely';
import { ApiError } from '#contract/errors.ts';
import type { Clock } from '#clock';
import { lockNames } from '#database/row-locks.ts';
import type { Factor as Wire } from '#okta/wire/factor.ts';
import type { Alarm, Alarms } from '../../records/alarms/alarms.ts';
import type { InTransaction } from '../../records/audit-log/audit-log.ts';
import { countMessage, messagesOf, type Scope } from '../../records/audit-log/message-counts.ts';
import { profileText } from '../../platform/kinds/kind.ts';
import { kindOf, kinds } from '../../platform/kinds/registry.ts';
import { reached } from '../../platform/kinds/reachable.ts';
import { changeStore } from '../../platform/store/change-store.ts';
import { kept } from '../../platform/lifecycle/prune.ts';
import type { Store } from '../../platform/store/open.ts';
import type { Tables } from '../../platform/store/schema.ts';
import type { Sealer } from '../../platform/store/secrets.ts';
import type { MessageLimits } from './message-settings.ts';
import type { AuditLog } from '../../records/audit-log/audit-log.ts';
import type { SendLimit } from './send-limit.ts';

/** One number gets one text message or call in this time (milliseconds), whoever asks and for what. */
const NUMBER_MS = kept.sentNumbers;
/** The share of a country's or the org's limit from which the operators get an alarm. */
const NEAR = 0.8;

/** A phone that gets a message: its number or, where only Okta knows it, an id that stands for it (a factor's). */
export type ToPhone = { number: string } | { unknown: string };

export type Messages = ReturnType<typeof createMessages>;
/** The services that sending a message or a push needs. */
export type SendingNeeds = { auditLog: AuditLog; sendLimit: SendLimit; messages: Messages };

/** The phone that an Okta factor sends to, or null for a factor that sends to none. */
export function phoneOf(factor: Pick<Wire, 'id' | 'factorType' | 'provider' | 'profile'>): ToPhone | null {
  if (kinds[kindOf(factor)].sendsTo !== 'phone') return null;
  const number = profileText(factor, 'phoneNumber');
  return number === null ? { unknown: factor.id } : { number };
}

/**
 * Limits the cost of messages. One number gets one message in 30 seconds. In 24 hours there is a limit of messages and
 * pushes per person, and of text messages and calls per country and for the whole org. Messages are counted with the
 * intent, before Okta is called, over all processes on a store. Numbers are kept as MACs, until the next message after
 * those 30 seconds.
 */
export function createMessages(
  store: Store,
  clock: Clock,
  sealer: Sealer,
  limits: MessageLimits,
  alarms: Pick<Alarms, 'record' | 'raise'>,
) {
  async function assertRested(tx: Transaction<Tables>, number: string, now: number): Promise<void> {
    const before = await tx
      .selectFrom('sent_numbers')
      .select('at')
      .where('number', '=', number)
      .where('at', '>', now - NUMBER_MS)
      .where('at', '<=', now)
      .executeTakeFirst();
    if (before) throw new ApiError('sent_too_soon', { retryAt: new Date(before.at + NUMBER_MS).toISOString() });
  }

  /** Throws when a limit is used up; returns an alarm when one is nearly used up. */
  async function assertLeft(tx: Transaction<Tables>, scope: Scope, now: number): Promise<Alarm | null> {
    const most = limits[scope.scope];
    const { count, until } = await messagesOf(tx, scope, now);
    const subject = scope.scope === 'country' ? scope.who : null;
    if (count >= most) {
      // In its own transaction after this one, since the refusal rolls this one back.
      if (scope.scope !== 'person')
        void alarms.raise('messages_used_up', subject, { within24Hours: count, limit: most });
      throw new ApiError('message_limit', { retryAt: new Date(until).toISOString() });
    }
    if (scope.scope === 'person' || count + 1 < most * NEAR) return null;
    return { name: 'messages_nearly_used_up', subject, details: { within24Hours: count + 1, limit: most } };
  }

  /** What limits one message or push: `check` throws when a limit is reached, and returns alarms that are near. */
  function limited(userId: string, phone: ToPhone | null) {
    const to =
      phone === null ? null : 'number' in phone ? reached(phone.number) : { number: phone.unknown, country: 'unknown' };
    const scopes: Scope[] = [{ scope: 'person', who: userId }];
    if (to) scopes.push({ scope: 'country', who: to.country }, { scope: 'org', who: '' });
    // Without the key's id: after a rotation, nothing under the old key is read.
    const number = to && sealer.mac(to.number, 'a message went to').split('.')[1]!;
    // A limit is a sum over rows, so that no row could be locked for it.
    const names = [
      ...scopes.map(({ scope, who }) => `messages ${scope} ${who}`),
      ...(number ? [`number ${number}`] : []),
    ];
    async function check(tx: Transaction<Tables>, now: number): Promise<Alarm[]> {
      await lockNames(tx, ...names);
      if (number !== null) await assertRested(tx, number, now);
      const near: (Alarm | null)[] = [];
      for (const scope of scopes) near.push(await assertLeft(tx, scope, now));
      return near.filter((alarm) => alarm !== null);
    }
    return { scopes, number, check };
  }

  return {
    /**
     * Counts one message or push to a person, in the transaction of its intent. Rejects with `sent_too_soon` or
     * `message_limit`, both with `retryAt`; then there is no intent, and Okta is not called. What Okta certainly did
     * not send is uncounted.
     * @param phone the phone that gets it, if any; throws `bad_phone` at once for a number that is no person's own
     */
    counted(userId: string, phone: ToPhone | null): InTransaction {
      const { scopes, number, check } = limited(userId, phone);
      return async (tx) => {
        const now = clock.now();
        const near = await check(tx, now);
        const after = await countMessage(tx, now, scopes, number);
        await alarms.record(near, tx);
        return after;
      };
    },

    /** Rejects as `counted` does, and counts nothing. For callers that must know it before they change something. */
    async assertOpen(userId: string, phone: ToPhone | null): Promise<void> {
      const { check } = limited(userId, phone);
      await changeStore(store, (tx) => check(tx, clock.now()));
    },
  };
}
