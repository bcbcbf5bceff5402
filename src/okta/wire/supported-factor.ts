import * as z from 'zod/mini';
import { readEach } from './factor.ts';
import { objectOrNull, text, textOrEmpty, textOrNull } from './lenient.ts';

const supportedFactor = z.object({
  factorType: text,
  provider: textOrEmpty,
  vendorName: textOrNull,
  /** `NOT_SETUP`, or the enrolled factor's status. */
  status: textOrEmpty,
  /** `OPTIONAL` or `REQUIRED`. Null from older orgs. */
  enrollment: textOrNull,
  /** In entries for `sms` and `call`, `phones` are the numbers that Okta has, unmasked. */
  _embedded: objectOrNull,
});

export type SupportedFactor = z.infer<typeof supportedFactor>;

/** Leaves out entries without a type. Throws a TypeError if no entry of a filled list is valid. */
export function readSupportedFactors(json: unknown): SupportedFactor[] {
  return readEach(json, (entry) => z.safeParse(supportedFactor, entry).data ?? null).read;
}

const question = z.object({ question: text, questionText: textOrEmpty });

/** `questionText` is in the language of the org or the request. */
export type SecurityQuestion = z.infer<typeof question>;

/** @throws {TypeError} if no entry of a filled list is valid */
export function readSecurityQuestions(json: unknown): SecurityQuestion[] {
  return readEach(json, (entry) => z.safeParse(question, entry).data ?? null).read;
}
