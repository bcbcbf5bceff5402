import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ApiError } from '#contract/errors.ts';
import type { Locale } from '#contract/locale/locales.ts';
import type { PageProblem } from '#contract/page.ts';
import type { Clock } from '#clock';
import { getReason } from '#database/errors.ts';
import { toApiError, isAborted } from '../platform/errors/api-errors.ts';
import type { Cookies } from './cookies.ts';
import type { RequestLocale } from './request-locale.ts';
import { afterRefusal, isStale } from './forms.ts';
import { TooMany } from './limit.ts';
import { logMessage } from '../platform/lifecycle/log-messages.ts';
import { failedDependency, type Outages } from '../platform/lifecycle/outages.ts';
import { failureReason } from './request-log/failure-reason.ts';

function shapeError(error: unknown, now: number): ApiError {
  const status = (error as { statusCode?: number }).statusCode;
  if (error instanceof ApiError) return error;
  if (status === 413) return new ApiError('too_large', {}, { cause: error });
  if (status === 415) return new ApiError('bad_type', {}, { cause: error });
  if (status !== undefined && status >= 400 && status < 500) return new ApiError('bad_request', {}, { cause: error });
  return toApiError(error, now);
}

type ErrorAnswers = {
  cookies: Cookies;
  locale: Pick<RequestLocale, 'find'>;
  clock: Clock;
  outages: Pick<Outages, 'failed'>;
  /** Null: the portal serves no pages. */
  page: ((request: FastifyRequest, reply: FastifyReply, problem: PageProblem) => Promise<unknown>) | null;
  /** Costs less than a rendered page. */
  busyPage: (locale: Locale) => string;
};

export function answerErrors(
  fastify: FastifyInstance,
  { clock, cookies, locale, outages, page, busyPage }: ErrorAnswers,
): void {
  fastify.setErrorHandler(async (error, request, reply) => {
    const shaped = shapeError(error, clock.now());
    request.failureReason = isAborted(shaped) ? null : failureReason(shaped, error instanceof TooMany);
    void reply.header('cache-control', 'no-store');
    if (isAborted(shaped)) request.log.debug({ err: shaped }, 'aborted by the browser');
    else if (shaped.status >= 500) {
      const dependency = failedDependency(error);
      if (dependency) outages.failed(dependency, error, true);
      else if (shaped.code === 'store_unavailable')
        logMessage(request.log, 'the store did not take a change', { reason: getReason(shaped.cause) });
      else logMessage(request.log, 'a request failed', { code: shaped.code, err: shaped, cause: shaped.cause });
    }
    if (shaped.details.retryAt) {
      void reply.header(
        'retry-after',
        Math.max(1, Math.ceil((Date.parse(shaped.details.retryAt) - clock.now()) / 1000)),
      );
    }
    const { form } = request.routeOptions.config;
    const next = form === undefined ? null : afterRefusal(shaped, form);
    if (next !== null) {
      if (isStale(shaped)) cookies.setFormResult(reply, 'stale', next);
      return reply.redirect(next, 303);
    }
    const wantsPage =
      (request.method === 'GET' || form !== undefined) &&
      !request.url.startsWith('/api/') &&
      /text\/html/.test(request.headers.accept ?? '');
    if (wantsPage && error instanceof TooMany && !error.drawn) {
      return reply
        .code(shaped.status)
        .type('text/html; charset=utf-8')
        .send(busyPage(locale.find(request)));
    }
    if (wantsPage && page) {
      try {
        await page(request, reply, { kind: 'error', error: shaped });
        return;
      } catch (failure) {
        logMessage(request.log, 'the page about a failure failed', { err: failure });
      }
    }
    return reply.code(shaped.status).type('application/json; charset=utf-8').send(shaped.toBody(request.id));
  });
}
