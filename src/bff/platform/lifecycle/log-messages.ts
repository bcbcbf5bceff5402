import type { FastifyBaseLogger } from 'fastify';

type Level = 'warn' | 'error' | 'fatal';

/** docs/operate/log-messages.md explains what to do about each message. */
export const logMessages = {
  'a dependency does not answer': 'warn',
  'a dependency still does not answer': 'warn',
  'a dependency answers again': 'warn',
  'a connection to the database ended': 'warn',
  'the database is gone': 'warn',
  'the database is back': 'warn',
  'the pooler sets no time limits': 'warn',
  'the database’s clock was not read': 'warn',
  'live portals were not counted': 'error',
  'SMTP_URL is not set': 'warn',
  'a setting is doubtful': 'warn',
  'forwarding headers from a peer that TRUSTED_PROXIES does not name are ignored': 'warn',
  'the untrusted proxy was not noted': 'warn',
  'a sign-in was refused': 'warn',
  'a notice was not taken': 'warn',
  'an email was dropped': 'error',
  'the audit sink took no events': 'warn',
  'systemd was not told': 'warn',
  'a warning of Node': 'warn',
  'an alarm': 'error',
  'a method was added within a day of a reset': 'warn',
  'a freeze was lifted on the server': 'error',
  'the store did not take a change': 'warn',
  'a request failed': 'error',
  'the page about a failure failed': 'error',
  'emails were not sent': 'error',
  'refusals were not stored': 'error',
  'unfinished changes were not looked up': 'error',
  'the check for alarms failed': 'error',
  'audit rows were not sent': 'error',
  'the checkpoint of the audit log was not written': 'error',
  'old rows were not deleted': 'error',
  'the daily upkeep failed': 'error',
  'something was not closed at the end': 'error',
  'nobody handled an error': 'error',
  'the start failed': 'fatal',
} as const satisfies Record<string, Level>;

export type LogMessage = keyof typeof logMessages;

export type MessageLog = Pick<FastifyBaseLogger, Level>;

/** Nothing else logs at `warn` or above. */
export function logMessage(log: MessageLog, message: LogMessage, details: object = {}): void {
  log[logMessages[message]](details, message);
}
