import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ApiError } from '#contract/errors.ts';
import { formTokenField } from '#contract/endpoints.ts';
import type { FormTokens } from '../identity/sessions/form-token.ts';

/** A form whose token is not its session's: a form of another session, of an ended session, or of another site. */
class StaleForm extends ApiError {
  constructor() {
    super('csrf');
  }
}

const BODY_LIMIT = 1024;

/**
 * Lets a scope's routes accept an HTML form. `request.body` is then only the form token. @fastify/formbody would parse
 * all fields, and the routes would have to refuse the others.
 */
export function parseForms(scope: FastifyInstance): void {
  scope.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: BODY_LIMIT },
    (_request, body, done) => done(null, new URLSearchParams(body as string).get(formTokenField)),
  );
}

/** Throws if the body is not the session's form token. A form without a session passes, because it can do nothing. */
export function assertFormToken({ session, body }: FastifyRequest, formTokens: FormTokens): void {
  if (session && !(typeof body === 'string' && formTokens.matches(session, body))) throw new StaleForm();
}

/** Whether a form was refused because its page was out of date. */
export const isStale = (error: ApiError): boolean => error instanceof StaleForm;

/**
 * Returns the page to open after a refused form, or null for a page about the error. The browser sent the form without
 * a script that could show the error.
 * @param form the page that has the form
 */
export function afterRefusal(error: ApiError, form: string): string | null {
  if (isStale(error)) return form;
  // The form's page says itself that the session ended, or that the item does not exist any more.
  return error.code === 'signed_out' || error.code === 'not_found' ? form : null;
}
