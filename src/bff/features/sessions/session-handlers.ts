import { ApiError } from '#contract/errors.ts';
import type { Settings } from '#contract/endpoints.ts';
import type { Locale } from '#contract/locale/locales.ts';
import type { Clock } from '#clock';
import type { AuditLog } from '../../records/audit-log/audit-log.ts';
import { chooseLanguage } from '../../records/notifications/languages.ts';
import type { PortalUser } from '../../identity/users/users.ts';
import type { Sessions } from '../../identity/sessions/sessions.ts';
import { viewSession } from '../factors/read-handlers.ts';
import type { OwnMethods } from '../factors/read-security-methods.ts';
import { withCookies, type EndpointRows } from '../../http/endpoints/endpoint-row.ts';
import { change, readPolicy } from '../../http/policies.ts';
import { endSessions } from '../../identity/sessions/revocations.ts';
import { parseDevice } from '../../platform/client/device.ts';

type LanguageServices = {
  auditLog: AuditLog;
  clock: Clock;
  sessions: Sessions;
  settings: Settings;
  findLanguage(reader: PortalUser): Promise<Locale>;
};

/** Ending sessions has no limit, takes no lock and does not call Okta, so that a thief's session cannot prevent it. */
export const sessionRows = {
  getSession: {
    ...readPolicy,
    activity: false,
    handler: (context, services: Parameters<typeof viewSession>[0]) => viewSession(services, context),
  },

  listSessions: {
    ...readPolicy,
    async handler({ session }, { sessions }: { sessions: Sessions }) {
      const all = await sessions.list(session.user_id);
      return {
        sessions: all.map((one) => ({
          id: one.id,
          current: one.id === session.id,
          created: new Date(one.created_at).toISOString(),
          lastSeen: new Date(one.seen_at).toISOString(),
          ...parseDevice(one.agent),
          address: one.address,
        })),
      };
    },
  },

  endSession: {
    ...change('user.session.end', { limit: 'unhindered', stepUp: 'sessions' }),
    atOnce: true,
    async handler({ session, params, operation }, { auditLog, sessions }: { auditLog: AuditLog; sessions: Sessions }) {
      const details = { event: 'user.session.end', subject: session.user_id } as const;
      // In one transaction, so that the audit log never records an end that did not happen.
      await auditLog.event(operation, details, { outcome: 'success', reason: 'by its owner' }, async (tx) => {
        if (!(await sessions.end(session.user_id, params.id, tx))) throw new ApiError('not_found');
      });
      return withCookies(undefined, params.id === session.id ? { session: 'ended' } : {});
    },
  },

  chooseLanguage: {
    ...change('user.language.change'),
    async handler({ person, body: { locale }, operation }, services: LanguageServices) {
      const { auditLog, clock, sessions, settings, findLanguage } = services;
      if (!settings.languages.includes(locale)) throw new ApiError('bad_request');
      const before = await findLanguage(person);
      const details = { event: 'user.language.change', subject: person.id } as const;
      const outcome = { outcome: 'success', reason: `from ${before} to ${locale}` } as const;
      // Other sessions may still have the earlier language of Okta's profile.
      if (before === locale) await sessions.setLocale(person.id, locale);
      await auditLog.event(operation, details, outcome, async (tx) => {
        if (before === locale) return false;
        await sessions.setLocale(person.id, locale, tx);
        await chooseLanguage(tx, person, { locale, before, now: clock.now() });
        return undefined;
      });
      return undefined;
    },
  },

  endOtherSessions: {
    ...change('user.session.end_others', { limit: 'unhindered', stepUp: 'sessions' }),
    atOnce: true,
    async handler(
      { session, operation },
      { auditLog, clock, sessions }: { auditLog: AuditLog; clock: Clock; sessions: Sessions },
    ) {
      const { user_id: subject, id } = session;
      await sessions.refuseEarlierSignIns(subject);
      const details = { event: 'user.session.end_others', subject } as const;
      // A repeat writes no row. Otherwise many repeats would push other rows off the history's first page.
      await auditLog.event(operation, details, { outcome: 'success' }, async (tx) => {
        if (!(await endSessions(subject, clock.now(), tx, id))) return false;
        return undefined;
      });
      return undefined;
    },
  },
} satisfies EndpointRows<
  'getSession' | 'listSessions' | 'endSession' | 'chooseLanguage' | 'endOtherSessions',
  OwnMethods
>;
