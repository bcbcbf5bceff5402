import type { Clock } from '#clock';
import type { OktaClient } from '#okta/client.ts';
import type { AppOptions } from './app.ts';
import { ApiError } from '#contract/errors.ts';
import { createAlarms } from './records/alarms/alarms.ts';
import { createAuditLog } from './records/audit-log/audit-log.ts';
import { toLogEvent } from './records/audit-log/log-event.ts';
import { createDelivery } from './records/audit-log/sink/delivery.ts';
import { createRefusals } from './records/audit-log/refusals.ts';
import { createFreshCache } from './platform/cache/fresh-cache.ts';
import { createActivationPolls } from './features/factors/enrollment/activation-polls.ts';
import { createFactorNotes } from './identity/methods/notes.ts';
import { createNumberMatching } from './identity/methods/number-matching.ts';
import type { Engine } from './identity/methods/security-methods.ts';
import { prepareFacts } from './identity/methods/org-facts.ts';
import { createPasskeys } from './identity/methods/passkeys.ts';
import { preparePersonFactors } from './identity/methods/person-factors.ts';
import { createTransactions } from './features/factors/verification/transactions.ts';
import { createRepeats } from './http/repeats.ts';
import { createFreezeLinks } from './features/helpdesk/freezes/freeze-links.ts';
import { raiseNewFreezes } from './features/helpdesk/freezes/new-freezes.ts';
import { createHelpdeskServices } from './features/helpdesk/helpdesk-services.ts';
import { createCallerVerifications } from './features/helpdesk/caller-verification/caller-verifications.ts';
import { prepareHelpdeskFactors } from './features/helpdesk/access/helpdesk-factors.ts';
import { createHelpdesk } from './features/helpdesk/access/helpdesk.ts';
import { standardPolicy } from './features/helpdesk/access/policy.ts';
import { createRecentChanges } from './features/helpdesk/search/recent-changes.ts';
import { createSearch } from './features/helpdesk/search/search.ts';
import { logMessage } from './platform/lifecycle/log-messages.ts';
import { countEmails } from './records/notifications/count-emails.ts';
import { findLanguage, type Reader } from './records/notifications/languages.ts';
import { createOutbox } from './records/notifications/outbox.ts';
import { prepareFindRemovedAddress } from './records/notifications/removed-addresses.ts';
import { supportLine } from './records/notifications/support-line.ts';
import { createDeliveryRecord } from './records/notifications/record-delivery.ts';
import { createAddresses } from './identity/users/addresses.ts';
import { createUsers } from './identity/users/users.ts';
import { createMessages } from './identity/step-up/messages.ts';
import type { StepUpCapabilities } from './identity/step-up/requirement.ts';
import { createReplacements } from './identity/step-up/replacements.ts';
import { createStepUps } from './identity/step-up/step-ups.ts';
import { createCodeAttempts } from './identity/step-up/code-attempts.ts';
import { createFormTokens } from './identity/sessions/form-token.ts';
import { createSessions } from './identity/sessions/sessions.ts';
import { createLock } from './platform/store/lock.ts';
import { assertStoreWritable } from './platform/store/write-check.ts';

export type Services = ReturnType<typeof createServices>;

function createRecords({ settings, clock, store, sealer, mailer, audit, monitoring }: AppOptions) {
  const { logger, observer, outages } = monitoring;
  // A child logger's own level overrides LOG_LEVEL.
  const rowLines = settings.auditLogLines ? logger.child({}, { level: 'info' }) : null;
  const loud = logger.child({}, { level: 'error' });
  const auditLog = createAuditLog(
    store,
    clock,
    audit.keys,
    (row) => {
      observer.auditRow(row);
      rowLines?.info(toLogEvent(row), 'an audit row');
    },
    (tx, row) => alarms.raiseFor(tx, row),
  );
  const counted = mailer && countEmails(mailer, observer.email);
  const outbox = createOutbox({
    ...{ store, clock, sealer, mailer: counted, failed: outages.background, random: Math.random },
    recordDelivery: createDeliveryRecord(store, auditLog),
  });
  const alarms = createAlarms({
    ...{ store, clock, outbox, orgName: settings.shown.orgName, email: settings.alarmEmail },
    log({ name: alarm, ...line }) {
      observer.alarm(alarm);
      logMessage(loud, 'an alarm', { alarm, ...line });
    },
    addedAfterReset(subject, details) {
      observer.addedAfterReset();
      logMessage(logger, 'a method was added within a day of a reset', { subject, details });
    },
  });
  return { auditLog, outbox, alarms, refusals: createRefusals(auditLog, clock, observer.refusal) };
}

function createOrgState(okta: OktaClient, clock: Clock) {
  const engines = createFreshCache<Engine>(clock, { max: 1 });
  return {
    /** Reads the engine only once. A failed read is repeated at the next call. */
    engine: () => engines.get('org', async () => (await okta.org.wellKnown()).pipeline),
    /** How far Okta's clock is ahead, in ms. Throws `org_error` if Okta's answer has no time. */
    async orgSkew(): Promise<number> {
      if (okta.skew() === null) await okta.org.wellKnown();
      const skew = okta.skew();
      if (skew === null) throw new ApiError('org_error');
      return skew;
    },
  };
}

// oxlint-disable-next-line max-lines-per-function -- it only assembles
export function createServices(options: AppOptions) {
  const { settings, clock, store, okta, sealer, monitoring } = options;
  const { baseUrl, shown } = settings;
  const { observer, outages } = monitoring;
  const records = createRecords(options);
  const { auditLog, outbox, alarms } = records;
  const org = createOrgState(okta, clock);
  const sessions = createSessions(store, clock);
  const readFacts = prepareFacts(store);
  const passkeys = createPasskeys(store, clock, new URL(baseUrl).hostname);
  const numberMatching = createNumberMatching(store, clock);
  const getPersonFactors = preparePersonFactors(okta, clock);
  const addresses = createAddresses(store, clock);
  const users = createUsers(okta, sessions, clock, addresses, shown.languages);
  const codeAttempts = createCodeAttempts({ store, clock, lockout: settings.lockout, wrong: observer.wrongCode });
  const lock = createLock(store, clock, options.pause);
  const callerVerifications = createCallerVerifications(store, clock, sealer);
  const helpdeskServices = createHelpdeskServices({
    ...{ callerVerifications, store, clock, okta, alarms, sealer, auditLog, outbox, codeAttempts },
    limits: (options.helpdesk?.policy ?? standardPolicy).limits,
    portal: { orgName: shown.orgName, support: supportLine(shown), baseUrl, languages: shown.languages },
  });
  const helpdesk = options.helpdesk && createHelpdesk(options.helpdesk, okta, users, clock);
  return {
    ...records,
    ...org,
    clock,
    baseUrl,
    settings: { ...shown, simulatorUrl: options.simulatorUrl },
    reconcileGraceMs: options.reconcileGraceMs,
    sessions,
    formTokens: createFormTokens(sealer),
    users,
    addresses,
    findLanguage: (reader: Reader) => findLanguage(store, reader, shown.languages),
    getPersonFactors,
    notes: createFactorNotes(store, clock),
    passkeys,
    numberMatching,
    polls: createActivationPolls(auditLog, clock),
    transactions: createTransactions(store, clock),
    messages: createMessages({ store, clock, sealer, limits: settings.messageLimits, alarms }),
    stepUps: createStepUps(store, clock),
    replacements: createReplacements(store, clock),
    codeAttempts,
    findRemovedAddress: prepareFindRemovedAddress(store),
    /** Call this every minute. */
    async checkAlarms() {
      await alarms.check();
      if (helpdesk) await raiseNewFreezes({ store, alarms, helpdesk });
    },
    lock,
    /** Call `deliver` every few seconds. Null: no sink. */
    auditDelivery:
      options.audit.sink &&
      createDelivery({
        ...{ store, clock, lock, sink: options.audit.sink },
        failed: (error) => outages.background(error, 'the audit sink took no events'),
      }),
    async assertWritable() {
      await assertStoreWritable(store);
      await sessions.endPending();
    },
    repeats: createRepeats(store, clock),
    helpdesk,
    getHelpdeskFactors: prepareHelpdeskFactors(okta, getPersonFactors, numberMatching, clock),
    callerVerifications,
    searchPeople: createSearch(okta, clock),
    recentChanges: createRecentChanges(store, clock),
    helpdeskServices,
    factorsToCancel: helpdeskServices.pendingCancellations.toCancel,
    freezeLinks: createFreezeLinks(helpdeskServices.freezes, addresses, options.helpdesk ? baseUrl : null),
    sealer,
    /** While Okta is unreachable, `phr` is unsupported. */
    async capabilities(): Promise<StepUpCapabilities> {
      const facts = readFacts();
      const [whose, plainPush, phr] = await Promise.all([
        passkeys.whose(facts),
        numberMatching.isMissing(facts),
        org.engine().then(
          (engine) => engine === 'idx',
          () => false,
        ),
      ]);
      return { keys: whose === 'ours', plainPush, phr, ...(options.helpdesk && { helpdeskAcr: options.helpdesk.acr }) };
    },
  };
}
