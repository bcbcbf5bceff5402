import { parse } from 'node:querystring';
import type { FastifyInstance } from 'fastify';

/** A field that occurs twice becomes a list. */
export function acceptForms(app: FastifyInstance): void {
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) =>
    done(null, parse(body as string)),
  );
}
