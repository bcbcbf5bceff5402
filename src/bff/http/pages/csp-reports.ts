import type { FastifyInstance } from 'fastify';
import type { Clock } from '#clock';
import { createWindows } from '../../platform/cache/windows.ts';
import { logMessage } from '../../platform/lifecycle/log-messages.ts';

export const REPORTS_PATH = '/csp-reports';
/** The most log lines per minute over all networks, and per request. */
const LINES = 100;
const LINES_OF_ONE = 10;
const LONGEST = 200;
const LONGEST_WORD = 40;

type Fields = Record<string, unknown>;

/** An address without possible secrets: no query, and no path segment that is longer than an id. */
function placeOf(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  const url = URL.parse(value);
  // For example `inline` or `eval`.
  if (!url) return /^[\w-]{1,40}$/.test(value) ? value : null;
  if (!/^(?:https?|wss?):$/.test(url.protocol)) return url.protocol.slice(0, LONGEST_WORD);
  const path = url.pathname
    .split('/')
    .map((part) => (part.length > 24 ? '…' : part))
    .join('/');
  return `${url.origin}${path}`.slice(0, LONGEST);
}

const wordOf = (value: unknown) => (typeof value === 'string' && /^[\w-]{1,40}$/.test(value) ? value : null);
const lineOf = (value: unknown) => (typeof value === 'number' && Number.isSafeInteger(value) ? value : null);

/** Returns the fields to log of a report of either kind; null for anything else. */
function entryOf(report: unknown): Fields | null {
  if (typeof report !== 'object' || report === null) return null;
  const { type, body, 'csp-report': old } = report as { type?: unknown; body?: unknown; 'csp-report'?: unknown };
  const given = (old ?? (type === 'csp-violation' ? body : null)) as Fields | null;
  if (typeof given !== 'object' || given === null) return null;
  return {
    directive: wordOf(given['effectiveDirective'] ?? given['effective-directive'] ?? given['violated-directive']),
    page: placeOf(given['documentURL'] ?? given['document-uri']),
    blocked: placeOf(given['blockedURL'] ?? given['blocked-uri']),
    source: placeOf(given['sourceFile'] ?? given['source-file']),
    line: lineOf(given['lineNumber'] ?? given['line-number']),
  };
}

/**
 * Receives browsers' reports on the Content Security Policy, by `report-uri` or the Reporting API, and logs one line
 * each. Anybody can send such a report, so lines are cut to a length, and there are at most 100 a minute. The limiter
 * limits each network.
 */
export async function cspReportRoute(app: FastifyInstance, clock: Pick<Clock, 'now'>): Promise<void> {
  const lines = createWindows(clock, 2);
  await app.register(async (scope) => {
    for (const type of ['application/csp-report', 'application/reports+json']) {
      scope.addContentTypeParser(type, { parseAs: 'string' }, (_request, body, done) => {
        try {
          done(null, JSON.parse(body as string));
        } catch {
          done(null, null);
        }
      });
    }
    scope.post(REPORTS_PATH, { config: { policy: 'report' } }, async (request, reply) => {
      for (const report of [request.body].flat().slice(0, LINES_OF_ONE)) {
        const entry = entryOf(report);
        if (entry && lines.take('all', LINES) === null)
          logMessage(request.log, 'a browser reports a breach of the Content Security Policy', entry);
      }
      return reply.code(204).send();
    });
  });
}
