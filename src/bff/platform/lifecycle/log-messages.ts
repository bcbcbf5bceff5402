import type { FastifyBaseLogger } from 'fastify';

type Level = 'warn' | 'error' | 'fatal';
type LogMessageRow = { level: Level; todo: string };

const ours = 'Latchkey has a fault: keep the line with its stack, and report it.';
const again = 'It is tried again by itself. If it goes on, the line’s `err` says why.';

/**
 * Every message of the portal's log at `warn` and above, with what an operator does about it.
 * `node scripts/log-messages-page.ts` writes them to docs/operate/log-messages.md.
 */
export const logMessages = {
  'a dependency does not answer': {
    level: 'warn',
    todo: '`dependency` says which, `reason` why. Okta: its status page and the network. The store: the database or the disk.',
  },
  'a dependency still does not answer': {
    level: 'warn',
    todo: 'As for the message before. `refused` requests failed by it since the last line.',
  },
  'a dependency answers again': {
    level: 'warn',
    todo: 'Nothing. `seconds` and `refused` say how long it lasted, and whom it hit.',
  },
  'a connection to the database ended': {
    level: 'warn',
    todo: 'Nothing, if the server was restarted. Else see the server’s log.',
  },
  'the database is gone': {
    level: 'warn',
    todo: 'See why in `reason`. The portal tries again all the time, and connects by itself.',
  },
  'the database is back': { level: 'warn', todo: 'Nothing.' },
  'the pooler sets no time limits': {
    level: 'warn',
    todo: 'Give the role those in `reason`, by `ALTER ROLE … SET`; `doctor` prints the statements.',
  },
  'the database’s clock was not read': { level: 'warn', todo: again },
  'live portals were not counted': { level: 'error', todo: `${again} Meanwhile this portal takes the last count.` },
  'SMTP_URL is not set': { level: 'warn', todo: 'Set it: emails to people wait in the outbox until then.' },
  'a setting is doubtful': { level: 'warn', todo: 'Do what `setting` says, or know why not.' },
  'forwarding headers from a peer that TRUSTED_PROXIES does not name are ignored': {
    level: 'warn',
    todo: 'If `peer` is your balancer, name it in `TRUSTED_PROXIES`: without that all people share one limit.',
  },
  'the untrusted proxy was not noted': {
    level: 'warn',
    todo: 'Nothing: only `doctor` lacks the address of the line before.',
  },
  'a sign-in was refused': {
    level: 'warn',
    todo: 'One is nothing. Many: `LatchkeySignInsRefused`; `reason` and `because` say what Okta’s answer lacked.',
  },
  'a notice was not taken': {
    level: 'warn',
    todo: 'Mend the mail server or `SMTP_URL`. The email is sent again by itself.',
  },
  'an email was dropped': {
    level: 'error',
    todo: 'No server took it for seven days. One about somebody’s security is an audit row (`not told`): tell the person.',
  },
  'the audit sink took no events': {
    level: 'warn',
    todo: 'Mend the receiver; `doctor` says what to change. Rows wait.',
  },
  'systemd was not told': {
    level: 'warn',
    todo: 'See whether `/usr/bin/systemd-notify` is there and the unit has `NotifyAccess=all`: systemd restarts the portal.',
  },
  'a warning of Node': { level: 'warn', todo: 'Nothing at once; report it.' },
  'an alarm': {
    level: 'error',
    todo: 'Read [what each means](alerts.md#alarms-of-the-portal), by the name in `alarm`. Written at every `LOG_LEVEL`.',
  },
  'a method was added within a day of a reset': {
    level: 'warn',
    todo: 'Mostly nothing: whoever was reset adds a method. If the reset is in doubt, call them at a number on file.',
  },
  'a freeze was lifted on the server': {
    level: 'error',
    todo: 'An operator ran `unfreeze`; `details` says who. If nobody was asked to: treat that machine as taken.',
  },
  'a request failed': { level: 'error', todo: `${ours} The person got \`code\`, and \`reqId\` is on the page.` },
  'the page about a failure failed': { level: 'error', todo: ours },
  'emails were not sent': { level: 'error', todo: again },
  'refusals were not stored': { level: 'error', todo: again },
  'unfinished changes were not looked up': { level: 'error', todo: again },
  'the check for alarms failed': {
    level: 'error',
    todo: `${again} Until then no freeze of somebody privileged, foreign row or unfreeze on the server is an alarm.`,
  },
  'audit rows were not sent': { level: 'error', todo: again },
  'the checkpoint of the audit log was not written': { level: 'error', todo: again },
  'old rows were not deleted': { level: 'error', todo: again },
  'the daily upkeep failed': { level: 'error', todo: again },
  'something was not closed at the end': {
    level: 'error',
    todo: `${ours} The process ends all the same, with code 1.`,
  },
  'nobody handled an error': { level: 'error', todo: ours },
  'the start failed': {
    level: 'fatal',
    todo: '`reason` says what to change; with `err` instead, Latchkey has a fault: report it.',
  },
} as const satisfies Record<string, LogMessageRow>;

export type LogMessage = keyof typeof logMessages;

/** What takes the portal's lines. */
export type MessageLog = Pick<FastifyBaseLogger, Level>;

/** Logs one of the messages at its level, with what it is about. Nothing else logs at `warn` or above. */
export function logMessage(log: MessageLog, message: LogMessage, about: object = {}): void {
  log[logMessages[message].level](about, message);
}
