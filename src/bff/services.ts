import type { AppOptions } from './app.ts';
import { createAlarms } from './alarms/alarms.ts';
import type { AlarmLog } from './alarms/alarms.ts';
import { standardAlarms } from './alarms/settings.ts';
import { createWatch } from './alarms/watch.ts';
import { createAuditLog } from './audit-log/audit-log.ts';
import { createRefusals } from './audit-log/refusals.ts';
import { createEngine } from './context.ts';
import type { Services } from './context.ts';
import { createActivationPolls } from './factors/enrollment/activation-polls.ts';
import { createFactorNames } from './factors/methods/names.ts';
import { createNumberMatching } from './factors/methods/number-matching.ts';
import { createPasskeys } from './factors/methods/passkeys.ts';
import { createFactorsOf } from './factors/methods/person-factors.ts';
import { createTransactions } from './factors/verification/transactions.ts';
import { createIdempotency } from './http/endpoints/idempotency.ts';
import { createRepeats } from './http/endpoints/repeats.ts';
import { createHelpdeskServices } from './helpdesk/helpdesk-services.ts';
import { createCallerVerifications } from './helpdesk/caller-verification/caller-verifications.ts';
import { createHelpdeskFactorsOf } from './helpdesk/access/helpdesk-factors.ts';
import { createHelpdesk } from './helpdesk/access/helpdesk.ts';
import { createRecentChanges } from './helpdesk/search/recent-changes.ts';
import { createOutbox } from './notifications/outbox.ts';
import { createRemovedAddresses } from './notifications/removed-addresses.ts';
import { recordSentOf } from './notifications/record-sent.ts';
import { createAddresses } from './users/addresses.ts';
import { createUsers } from './users/users.ts';
import { createSendLimit } from './step-up/send-limit.ts';
import { createMessages } from './step-up/messages.ts';
import { standardMessageLimits } from './step-up/message-settings.ts';
import { createStepUps } from './step-up/step-ups.ts';
import { createCodeAttempts } from './step-up/code-attempts.ts';
import { createSessions } from './sessions/sessions.ts';
import { createLock } from './store/lock.ts';
import { assertStoreWritable } from './store/write-check.ts';

const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/**
 * Creates the services that the whole BFF shares.
 * @param failed called when the SMTP server rejects a message
 */
export function createServices(options: AppOptions, failed: (error: unknown) => void): Services {
  const { clock, store, okta, sealer, pause = wait } = options;
  const sessions = createSessions(store, clock);
  const passkeys = createPasskeys(store, clock, new URL(options.baseUrl).hostname);
  const numberMatching = createNumberMatching(store, clock);
  const auditLog = createAuditLog(store, clock, options.auditKeys);
  const outbox = createOutbox(store, clock, sealer, options.mailer, failed, recordSentOf(store, auditLog));
  const { orgName, supportPhone, supportUrl } = options.settings;
  const alarmSettings = options.alarms ?? standardAlarms;
  // A child logger's own level holds whatever LOG_LEVEL says.
  const loud = options.logger?.child({}, { level: 'error' });
  const log: AlarmLog = (line, message) => loud?.error(line, message);
  const alarms = createAlarms({ store, clock, outbox, settings: alarmSettings, orgName, log });
  const engine = createEngine(okta, clock);
  const factorsOf = createFactorsOf(okta, clock);
  const addresses = createAddresses(store, clock);
  const users = createUsers(okta, sessions, clock, addresses);
  const codeAttempts = createCodeAttempts(store, clock, options.lockout);
  return {
    clock,
    baseUrl: options.baseUrl,
    settings: options.settings,
    sessions,
    users,
    addresses,
    factorsOf,
    names: createFactorNames(store),
    passkeys,
    numberMatching,
    polls: createActivationPolls(auditLog, clock),
    transactions: createTransactions(store, clock),
    sendLimit: createSendLimit(store, clock),
    messages: createMessages(store, clock, sealer, options.messageLimits ?? standardMessageLimits, alarms),
    stepUps: createStepUps(store, clock),
    codeAttempts,
    auditLog,
    refusals: createRefusals(auditLog, clock),
    outbox,
    removedAddresses: createRemovedAddresses(store),
    alarms: { ...alarms, watch: createWatch(store, clock, alarms, alarmSettings) },
    lock: createLock(store, clock, pause),
    async assertWritable() {
      await assertStoreWritable(store);
      await sessions.endPending();
    },
    repeats: createRepeats(store, clock),
    idempotency: createIdempotency(store, clock),
    helpdesk: options.helpdesk && createHelpdesk(options.helpdesk, okta, users, clock),
    helpdeskFactorsOf: createHelpdeskFactorsOf(okta, factorsOf, numberMatching, clock),
    callerVerifications: createCallerVerifications(store, clock, sealer),
    recentChanges: createRecentChanges(store, clock),
    helpdeskServices: createHelpdeskServices({
      store,
      clock,
      okta,
      alarms,
      sealer,
      auditLog,
      outbox,
      codeAttempts,
      words: { orgName, support: supportPhone ?? supportUrl, baseUrl: options.baseUrl },
    }),
    sealer,
    engine,
    orgSkew: () => okta.skew(),
    async capabilities() {
      const [whose, plainPush, phr] = await Promise.all([
        passkeys.whose(),
        numberMatching.isMissing(),
        engine().then(
          (known) => known === 'idx',
          () => false,
        ),
      ]);
      return { keys: whose === 'ours', plainPush, phr, ...(options.helpdesk && { helpdeskAcr: options.helpdesk.acr }) };
    },
  };
}
