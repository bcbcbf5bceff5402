import type { AppOptions } from './app.ts';
import { createAlarms, type AlarmLog } from './alarms/alarms.ts';
import { standardAlarms } from './alarms/settings.ts';
import { createWatch } from './alarms/watch.ts';
import { createAuditLog } from './audit-log/audit-log.ts';
import { createArchive } from './audit-log/archive/archive.ts';
import { createDelivery } from './audit-log/sink/delivery.ts';
import { createRefusals } from './audit-log/refusals.ts';
import { createFreshCache } from './cache/fresh-cache.ts';
import { createActivationPolls } from './factors/enrollment/activation-polls.ts';
import { createDrills } from './factors/lost-phone/drills.ts';
import { standardMinimums } from './factors/minimum-settings.ts';
import { createFactorNotes } from './factors/methods/notes.ts';
import { createNumberMatching } from './factors/methods/number-matching.ts';
import type { Engine } from './factors/methods/security-methods.ts';
import { createPasskeys } from './factors/methods/passkeys.ts';
import { createFactorsOf } from './factors/methods/person-factors.ts';
import { createNewPhonePlans } from './factors/new-phone/plans.ts';
import { createTransactions } from './factors/verification/transactions.ts';
import { createIdempotency } from './http/endpoints/idempotency.ts';
import { createRepeats } from './http/repeats.ts';
import { createFreezeLinks } from './helpdesk/freezes/freeze-links.ts';
import { createHelpdeskServices } from './helpdesk/helpdesk-services.ts';
import { createCallerVerifications } from './helpdesk/caller-verification/caller-verifications.ts';
import { createHelpdeskFactorsOf } from './helpdesk/access/helpdesk-factors.ts';
import { createHelpdesk } from './helpdesk/access/helpdesk.ts';
import { createRecentChanges } from './helpdesk/search/recent-changes.ts';
import { createSearch } from './helpdesk/search/search.ts';
import { noObserver } from './metrics/observer.ts';
import { countEmails } from './notifications/count-emails.ts';
import { createOutbox } from './notifications/outbox.ts';
import { createRemovedAddresses } from './notifications/removed-addresses.ts';
import { recordSentOf } from './notifications/record-sent.ts';
import { createAddresses } from './users/addresses.ts';
import { createUsers } from './users/users.ts';
import { createSendLimit } from './step-up/send-limit.ts';
import { createMessages } from './step-up/messages.ts';
import { standardMessageLimits } from './step-up/message-settings.ts';
import type { StepUpCapabilities } from './step-up/requirement.ts';
import { createReplacements } from './step-up/replacements.ts';
import { createKeyChallenges } from './step-up/key-challenges.ts';
import { createStepUps } from './step-up/step-ups.ts';
import { createCodeAttempts } from './step-up/code-attempts.ts';
import { createFormTokens } from './sessions/form-token.ts';
import { createSessions } from './sessions/sessions.ts';
import { createLock } from './store/lock.ts';
import { assertStoreWritable } from './store/write-check.ts';

export type Services = ReturnType<typeof createServices>;

const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/**
 * Creates the services that the whole BFF shares.
 * @param failed called when the SMTP server rejects a message, or the audit log's sink a batch
 */
export function createServices(options: AppOptions, failed: (error: unknown, what: string) => void) {
  const { clock, store, okta, sealer, pause = wait, observer = noObserver } = options;
  const sessions = createSessions(store, clock);
  const passkeys = createPasskeys(store, clock, new URL(options.baseUrl).hostname);
  const numberMatching = createNumberMatching(store, clock);
  const auditLog = createAuditLog(store, clock, options.auditKeys, observer.auditRow);
  const mailer = options.mailer && countEmails(options.mailer, observer.email);
  const notTaken = (error: unknown) => failed(error, 'a notice was not taken');
  const outbox = createOutbox(store, clock, sealer, mailer, notTaken, recordSentOf(store, auditLog));
  const { orgName, supportPhone, supportUrl } = options.settings;
  const alarmSettings = options.alarms ?? standardAlarms;
  // A child logger's own level holds whatever LOG_LEVEL says.
  const loud = options.logger?.child({}, { level: 'error' });
  const log: AlarmLog = (line, message) => loud?.error(line, message);
  const alarms = createAlarms({ store, clock, outbox, settings: alarmSettings, orgName, log });
  const engines = createFreshCache<Engine>(clock, { max: 1 });
  /** Reads the org's engine once; a failed read is retried at the next call. */
  const engine = () => engines.get('org', async () => (await okta.org.wellKnown()).pipeline);
  const factorsOf = createFactorsOf(okta, clock);
  const addresses = createAddresses(store, clock);
  const users = createUsers(okta, sessions, clock, addresses);
  const codeAttempts = createCodeAttempts(store, clock, options.lockout, observer.wrongCode);
  const { baseUrl, auditSink, auditArchive } = options;
  const lock = createLock(store, clock, pause);
  const helpdeskServices = createHelpdeskServices({
    store,
    clock,
    okta,
    alarms,
    sealer,
    auditLog,
    outbox,
    codeAttempts,
    portal: { orgName, support: supportPhone ?? supportUrl, baseUrl },
  });
  return {
    clock,
    baseUrl,
    settings: options.settings,
    sessions,
    formTokens: createFormTokens(sealer),
    users,
    addresses,
    factorsOf,
    notes: createFactorNotes(store),
    drills: createDrills(store, clock),
    minimums: options.minimums ?? standardMinimums,
    passkeys,
    numberMatching,
    polls: createActivationPolls(auditLog, clock),
    transactions: createTransactions(store, clock),
    sendLimit: createSendLimit(store, clock),
    messages: createMessages(store, clock, sealer, options.messageLimits ?? standardMessageLimits, alarms),
    stepUps: createStepUps(store, clock),
    keyChallenges: createKeyChallenges(store, clock),
    replacements: createReplacements(store, clock),
    newPhonePlans: createNewPhonePlans(store, clock),
    codeAttempts,
    auditLog,
    refusals: createRefusals(auditLog, clock, observer.refusal),
    outbox,
    removedAddresses: createRemovedAddresses(store),
    /** Call `watch` every few seconds: it reads new audit rows and sends due alarms. */
    alarms: { ...alarms, watch: createWatch(store, clock, alarms, alarmSettings) },
    lock,
    /** Call `deliver` every few seconds. Null: audit rows go nowhere. */
    auditDelivery: auditSink
      ? createDelivery({
          ...{ store, clock, lock, sink: auditSink },
          failed: (error) => failed(error, 'the audit sink took no events'),
        })
      : null,
    /** Call `run` every hour. Null: audit rows stay. */
    auditArchive: auditArchive
      ? createArchive({
          ...{ store, clock, lock, auditLog, settings: auditArchive },
          hasSink: Boolean(auditSink),
        })
      : null,
    /** Throws the store's error when the store cannot be written to. */
    async assertWritable() {
      await assertStoreWritable(store);
      await sessions.endPending();
    },
    repeats: createRepeats(store, clock),
    idempotency: createIdempotency(store, clock),
    helpdesk: options.helpdesk && createHelpdesk(options.helpdesk, okta, users, clock),
    helpdeskFactorsOf: createHelpdeskFactorsOf(okta, factorsOf, numberMatching, clock),
    callerVerifications: createCallerVerifications(store, clock, sealer),
    searchPeople: createSearch(okta, clock),
    recentChanges: createRecentChanges(store, clock),
    helpdeskServices,
    freezeLinks: createFreezeLinks(helpdeskServices.freezes, addresses, options.helpdesk ? baseUrl : null),
    sealer,
    engine,
    /** How far Okta's clock is ahead of the portal's, in milliseconds. */
    orgSkew: () => okta.skew(),
    /** What Okta and the portal can use for a step-up. If Okta is unreachable, only local factors can be used. */
    async capabilities(): Promise<StepUpCapabilities> {
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
