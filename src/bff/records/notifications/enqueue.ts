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

type Recipient = Reader & {
  name: string;
  /** Every address of the account, primary first. */
  addresses: string[];
  /** When Okta last changed the user, in ms; null if unknown. */
  lastUpdated: number | null;
};

export type FreezeLinks = {
  /** Null if no address may get the link, or if the methods are already frozen. `addresses`: those that may get it. */
  make(person: Recipient, tx: Store): Promise<{ addresses: readonly string[]; url: string } | null>;
};

export type NotificationServices = {
  settings: Settings;
  clock: Clock;
  outbox: Outbox;
  baseUrl: string;
  freezeLinks: FreezeLinks;
};

/** `agent`: the browser's User-Agent. `former`: a further address, which the account no longer has. */
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

export const pickEmailMethod = ({ kind, name, detail }: EmailMethod): EmailMethod => ({ kind, name, detail });

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
 * Two emails. The second (at `given.at`, in ms) says that the method was removed. It is deleted if a new method works
 * by then.
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

/** Ignores upper and lower case. */
const withAddress = (addresses: readonly string[], more: string | null): string[] =>
  more === null || addresses.some((one) => one.toLowerCase() === more.toLowerCase())
    ? [...addresses]
    : [...addresses, more];
