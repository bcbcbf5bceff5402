import { allInTransaction, type InTransaction } from '../audit-log/audit-log.ts';
import type { Later, Outbox } from './outbox.ts';
import type { Clock } from '#clock';
import type { Settings } from '#contract/endpoints.ts';
import { parseDevice } from '../../platform/client/device.ts';
import type { Store } from '../../platform/store/open.ts';
import { supportLine } from './support-line.ts';
import { findEmailStyle, type Reader, writeEmail } from './languages.ts';
import type { PersonEmails } from './templates/person-emails.ts';
import type { Change, ChangeData, EmailMethod, Text } from './templates/template.ts';

/** The person who gets a notification. */
type Recipient = Reader & {
  name: string;
  /** Every address of the account, primary first. */
  addresses: string[];
  /** When Okta last changed anything about the user, in milliseconds; null if unknown. */
  lastUpdated: number | null;
};

export type FreezeLinks = {
  /**
   * Creates the link that freezes this person's methods. `addresses`: which addresses of the account may get the link.
   * Returns null if none may, or if the methods are already frozen.
   * @param tx the transaction to use
   */
  make(person: Recipient, tx: Store): Promise<{ addresses: readonly string[]; url: string } | null>;
};

/** The services that a notification needs. */
export type NotificationServices = {
  settings: Settings;
  clock: Clock;
  outbox: Outbox;
  baseUrl: string;
  freezeLinks: FreezeLinks;
};

/**
 * Returns the function that puts an email about a person's own account into the outbox. The email has the freeze link
 * for each address that may get it.
 * @param changed the method, and the browser's User-Agent (`agent`)
 * @param former a further recipient, which is no longer an address of the account
 * @param later when the email is sent, if not now
 */
export function enqueueOwnNotice(
  { settings, clock, outbox, baseUrl, freezeLinks }: NotificationServices,
  person: Recipient,
  changed: { method: EmailMethod; agent: string },
  write: (data: ChangeData, emails: PersonEmails) => Text,
  former: string | null = null,
  later?: Later,
): InTransaction {
  const data = {
    name: person.name,
    method: pickEmailMethod(changed.method),
    at: clock.now(),
    device: parseDevice(changed.agent),
    orgName: settings.orgName,
    support: supportLine(settings),
    portalUrl: `${baseUrl}/`,
  };
  return async (tx) => {
    const link = await freezeLinks.make(person, tx);
    const withLink = new Set(link?.addresses);
    const others = withAddress(person.addresses, former).filter((address) => !withLink.has(address));
    const style = await findEmailStyle(tx, person, { languages: settings.languages, now: data.at });
    const writeWith = (freezeUrl: string | null) =>
      writeEmail(style, (emails) => write({ ...data, freezeUrl }, emails));
    return allInTransaction(
      link ? outbox.enqueue({ addresses: [...withLink], ...writeWith(link.url) }, later) : undefined,
      outbox.enqueue({ addresses: others, ...writeWith(null) }, later),
    )(tx);
  };
}

/** Returns only what an email says of a method. */
export const pickEmailMethod = ({ kind, name, detail }: EmailMethod): EmailMethod => ({ kind, name, detail });

/** Returns the function that puts the notification of a completed change into the outbox. */
export const enqueueNotification = (
  services: NotificationServices,
  change: Change,
  person: Recipient,
  method: EmailMethod,
  agent: string,
  former: string | null = null,
  later?: Later,
): InTransaction =>
  enqueueOwnNotice(services, person, { method, agent }, (data, emails) => emails.change(change, data), former, later);

/**
 * Returns the function that enqueues two emails about a removal. The first says that the method is being replaced. The
 * second is sent at `given.at` and says that the method was removed. The second email is deleted if a new method works
 * by then.
 * @param given `event`: the audit row of the removal's intent; `at`: when the time to replace ends, in milliseconds
 */
export const enqueueReplacing = (
  services: NotificationServices,
  person: Recipient,
  method: EmailMethod,
  agent: string,
  former: string | null,
  given: Later,
): InTransaction =>
  allInTransaction(
    enqueueNotification(services, 'replacing', person, method, agent, former),
    enqueueNotification(services, 'removed', person, method, agent, former, given),
  );

/** Adds `more` to the addresses, unless it is one of them. Ignores upper and lower case. */
const withAddress = (addresses: readonly string[], more: string | null): string[] =>
  more === null || addresses.some((one) => one.toLowerCase() === more.toLowerCase())
    ? [...addresses]
    : [...addresses, more];
