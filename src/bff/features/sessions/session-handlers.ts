import { ApiError } from '#contract/errors.ts';
import type { Settings } from '#contract/endpoints.ts';
import { findLocale } from '#contract/locale/locales.ts';
import type { Clock } from '#clock';
import type { AuditLog } from '../../records/audit-log/audit-log.ts';
import { chooseLanguage } from '../../records/notifications/languages.ts';
import { type Sessions, setSessionsLocale } from '../../identity/sessions/sessions.ts';
import { viewSession } from '../factors/read-handlers.ts';
import { withCookies, type EndpointRows } from '../../http/endpoints/endpoint-row.ts';
import { change, readPolicy } from '../../http/policies.ts';
import { endSessions } from '../../identity/sessions/revocations.ts';
import { parseDevice } from '../../platform/client/device.ts';

type LanguageServices = { auditLog: AuditLog; clock: Clock; settings: Settings };

/**
 * A person's own sessions, and the language of their pages and emails. Whatever ends one is at once and unhindered: a
 * thief's session that uses up the person's limit, lock and calls to Okta can still be ended.
 */
export const sessionRows = {
  getSession: {
    ...readPolicy,
    activity: false,
    handler: ({ session }, services: Parameters<typeof viewSession>[0]) => viewSession(services, session),
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
      // One transaction, so that a session that did not end is not recorded as ended.
      await auditLog.event(operation, details, { outcome: 'success', reason: 'by its owner' }, async (tx) => {
        if (!(await sessions.end(session.user_id, params.id, tx))) throw new ApiError('not_found');
      });
      return withCookies(undefined, params.id === session.id ? { session: 'ended' } : {});
    },
  },

  chooseLanguage: {
    ...change('user.language.change'),
    async handler({ session, body: { locale }, operation }, { auditLog, clock, settings }: LanguageServices) {
      const { languages } = settings;
      if (!languages.includes(locale)) throw new ApiError('bad_request');
      const { user_id: id, login, name } = session;
      const before = findLocale(session.locale, languages) ?? languages[0];
      const about = { event: 'user.language.change', subject: id } as const;
      // Where nothing changes there is no row.
      await auditLog.event(
        operation,
        about,
        { outcome: 'success', reason: `from ${before} to ${locale}` },
        async (tx) => {
          if (!(await chooseLanguage(tx, { id, login, name }, { locale, before, now: clock.now() }))) return false;
          await setSessionsLocale(id, locale, tx);
          return undefined;
        },
      );
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
      // Where no session ends there is no row: repeats would push all others off the history's first page.
      await auditLog.event(operation, details, { outcome: 'success' }, async (tx) => {
        if (!(await endSessions(subject, clock.now(), tx, id))) return false;
        return undefined;
      });
      return undefined;
    },
  },
} satisfies EndpointRows<'getSession' | 'listSessions' | 'endSession' | 'chooseLanguage' | 'endOtherSessions'>;
