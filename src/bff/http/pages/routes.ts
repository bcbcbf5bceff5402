import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import fastifyStatic from '@fastify/static';
import { getEndpoint } from '#contract/all.ts';
import { ApiError } from '#contract/errors.ts';
import type { FormResult, PageProblem, PageRenderer } from '#contract/page.ts';
import { addresses, type Settings } from '#contract/endpoints.ts';
import type { Clock } from '#clock';
import { toApiError } from '../../platform/errors/api-errors.ts';
import type { Health } from '../../platform/lifecycle/health.ts';
import { isFromElsewhere } from '../csrf.ts';
import type { Cookies } from '../cookies.ts';
import type { RequestLocale } from '../request-locale.ts';
import type { Runner } from '../endpoints/run-endpoint.ts';
import type { FormTokens } from '../../identity/sessions/form-token.ts';

export type Pages = {
  render: PageRenderer;
  build: string;
  /** Null in development, where Vite serves the files. */
  assets: string | null;
};

/** Okta returns the `state` after its own sign-out, so a matching `state` means signed out everywhere. */
function readFormResult(value: string | undefined, path: string, query = ''): FormResult | null {
  const [, form, what = ''] = /^([a-z-]+):(.*)$/s.exec(value ?? '') ?? [];
  if (form === 'freeze' && path === addresses.frozen) {
    const [, since, name = ''] = /^(\d{1,13}) (.*)$/s.exec(what) ?? [];
    return { form, frozen: since === undefined ? null : { since: new Date(Number(since)).toISOString(), name } };
  }
  if (form === 'sign-out' && path === addresses.signedOut)
    return { form, where: new URLSearchParams(query).get('state') === what ? 'everywhere' : 'here' };
  return form === 'stale' && path === what ? { form } : null;
}

/** The page's data comes from GET endpoints, which run as the session's person. */
export async function answerPage(
  {
    services,
    pages,
    run,
    cookies,
    locale,
    health,
    style,
  }: {
    services: { clock: Clock; formTokens: FormTokens; settings: Settings };
    pages: Pages;
    run: Runner;
    cookies: Cookies;
    locale: RequestLocale;
    health: Pick<Health, 'degradations'>;
    style: string | null;
  },
  request: FastifyRequest,
  reply: FastifyReply,
  problem?: PageProblem,
): Promise<void> {
  locale.keep(request, reply);
  // A page about a failure does not show the form's result, so the result is kept for the next page.
  const [path = '', query] = problem ? [] : request.url.split('?');
  const formResult = readFormResult(cookies.formResult(request), path, query);
  if (formResult) void cookies.clearFormResult(reply);
  const answer = await pages.render({
    url: request.url,
    signedIn: request.session !== null,
    formToken: request.session && services.formTokens.of(request.session),
    settings: services.settings,
    style,
    locale: locale.find(request),
    build: pages.build,
    formResult,
    now: services.clock.now(),
    down: health.degradations()[0],
    async call(name, params, query) {
      if (!request.session) throw new ApiError('signed_out');
      if (getEndpoint(name).method !== 'GET') throw new ApiError('internal');
      try {
        return await run(name, request, reply, { params, query: query ?? {}, body: undefined });
      } catch (error) {
        throw toApiError(error, services.clock.now());
      }
    },
    ...(problem ? { problem } : {}),
  });
  request.pagePath = answer.path;
  void reply.code(answer.status).headers({ 'cache-control': 'no-store', ...answer.headers });
  void reply.type('text/html; charset=utf-8');
  await reply.send(answer.html);
}

/** Browsers keep files with a hash in their name for a year. */
export async function assetRoutes(app: FastifyInstance, folder: string): Promise<void> {
  const options = { preCompressed: true, config: { policy: 'asset' } };
  void app.addHook('onRoute', (route) => {
    if (route.url.startsWith('/assets/')) route.config = { ...route.config, policy: 'asset' } as never;
  });
  await app.register(fastifyStatic, {
    ...options,
    root: join(folder, 'assets'),
    prefix: '/assets/',
    decorateReply: true,
    index: false,
    immutable: true,
    maxAge: '365d',
  });
  const loose = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.(br|gz|html)$/.test(entry.name))
    .map(({ name }) => name);
  for (const name of loose) {
    app.get(`/${name}`, { config: { policy: 'asset' } }, (_request, reply) =>
      reply.sendFile(name, folder, { maxAge: 3_600_000, immutable: false }),
    );
  }
}

/** `harmless`: returns the address to open instead of a link from another site, or null. */
export function pageRoutes(
  app: FastifyInstance,
  deps: Parameters<typeof answerPage>[0],
  harmless: (url: string) => string | null,
): void {
  app.get('/*', { config: { policy: 'page' } }, async (request, reply) => {
    if (/^\/(?:api|auth|assets|\.well-known)(?:\/|$)/.test(request.url)) throw new ApiError('not_found');
    if (request.session && request.url.split('?')[0] === addresses.signedOut) return reply.redirect('/', 302);
    const instead = isFromElsewhere(request.headers) ? harmless(request.url) : null;
    if (instead !== null) return reply.redirect(instead, 302);
    await answerPage(deps, request, reply);
    return reply;
  });
}
