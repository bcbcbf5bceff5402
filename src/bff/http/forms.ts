import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ApiError } from '#contract/errors.ts';
import { formTokenField } from '#contract/endpoints.ts';
import type { FormTokens } from '../identity/sessions/form-token.ts';

/** A form without its session's form token: of another session, of one that ended, or of another site. */
class StaleForm extends ApiError {
  constructor() {
    super('csrf');
  }
}

const BODY_LIMIT = 1024;

/**
 * Lets the routes of a scope take a plain HTML form. Of its fields, only the form token is read. @fastify/formbody
 * makes an object of all fields, which the routes would then have to refuse.
 */
export function parseForms(scope: FastifyInstance): void {
  scope.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: BODY_LIMIT },
    (_request, body, done) => done(null, new URLSearchParams(body as string).get(formTokenField)),
  );
}

/** Throws if a form's body has not the form token of its session. Without a session, a form can do nothing. */
export function assertFormToken({ session, body }: FastifyRequest, formTokens: FormTokens): void {
  if (session && !(typeof body === 'string' && formTokens.matches(session, body))) throw new StaleForm();
}

/** Whether a form was refused because its page was out of date; the next page says so. */
export const isStale = (error: ApiError): boolean => error instanceof StaleForm;

/**
 * Returns where a refused form goes on; null if a page about the failure is to be shown. No script is there to handle
 * the refusal.
 * @param form the page that has the form
 */
export function afterRefusal(error: ApiError, form: string): string | null {
  if (isStale(error)) return form;
  // That page itself says that the session has ended, or that the item does not exist any more.
  return error.code === 'signed_out' || error.code === 'not_found' ? form : null;
}
