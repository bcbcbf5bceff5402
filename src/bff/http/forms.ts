import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ApiError } from '#contract/errors.ts';
import { formTokenField } from '#contract/endpoints.ts';
import type { FormTokens } from '../identity/sessions/form-token.ts';

/** The token is of another session or another site. */
class StaleForm extends ApiError {
  constructor() {
    super('csrf');
  }
}

const BODY_LIMIT = 1024;

/** `request.body` becomes the form token. @fastify/formbody would parse all fields. */
export function parseForms(scope: FastifyInstance): void {
  scope.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: BODY_LIMIT },
    (_request, body, done) => done(null, new URLSearchParams(body as string).get(formTokenField)),
  );
}

/** A form without a session passes, because it can do nothing. */
export function assertFormToken({ session, body }: FastifyRequest, formTokens: FormTokens): void {
  if (session && !(typeof body === 'string' && formTokens.matches(session, body))) throw new StaleForm();
}

export const isStale = (error: ApiError): boolean => error instanceof StaleForm;

/** Returns the page to open after a refused form. Null: a page about the error. `form`: the form's page. */
export function afterRefusal(error: ApiError, form: string): string | null {
  if (isStale(error)) return form;
  // The form's page itself says that the session ended or that the item is gone.
  return error.code === 'signed_out' || error.code === 'not_found' ? form : null;
}
