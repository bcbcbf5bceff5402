import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { EndedRequest, FailureReason } from '../../platform/metrics/observer.ts';
import { parseTrace, type Trace } from './trace-context.ts';

declare module 'fastify' {
  interface FastifyRequest {
    trace: Trace;
    /** Null: no page answered. */
    pagePath: string | null;
    /** Null: the request did not fail. */
    failureReason: FailureReason | null;
  }
}

const LEFT = 499;

/** Fastify and the pages write a parameter as `:name`, the log as `{name}`. */
const templates = new Map<string, string>();
function getPathTemplate({ routeOptions, pagePath }: FastifyRequest): string {
  const path = pagePath ?? routeOptions.url;
  if (path === undefined) return 'none';
  let template = templates.get(path);
  if (template === undefined) templates.set(path, (template = path.replaceAll(/:(\w+)/g, '{$1}')));
  return template;
}

/** The log gets the route's template, because the address may contain a token. */
export function logRequests(app: FastifyInstance, onEnd: (ended: EndedRequest) => void): void {
  app.decorateRequest('trace', null as never);
  app.decorateRequest('pagePath', null);
  app.decorateRequest('failureReason', null);
  app.addHook('onRequest', (request, { raw }, done) => {
    const began = performance.now();
    request.trace = parseTrace(request.headers['traceparent'], request.id);
    raw.once('close', () => {
      const ended: EndedRequest = {
        method: request.method,
        route: getPathTemplate(request),
        status: raw.writableFinished ? raw.statusCode : LEFT,
        reason: request.failureReason,
        ms: Math.round((performance.now() - began) * 10) / 10,
      };
      onEnd(ended);
      // A load balancer asks twice a second.
      if (ended.route === '/readyz') return;
      const { traceId, spanId } = request.trace;
      const { reason, ...line } = ended;
      request.log.info({ traceId, spanId, ...line, ...(reason && { reason }) }, 'request');
    });
    done();
  });
}
