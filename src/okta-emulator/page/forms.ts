import { parse } from 'node:querystring';
import type { FastifyInstance } from 'fastify';

/** Lets the routes of an app take forms; a field that came twice is a list. */
export function acceptForms(app: FastifyInstance): void {
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) =>
    done(null, parse(body as string)),
  );
}
