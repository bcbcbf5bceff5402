import * as z from 'zod/mini';
import { readEach } from './factor.ts';
import { objectOrNull, text, textOrEmpty, textOrNull } from './lenient.ts';

const supportedFactor = z.object({
  factorType: text,
  provider: textOrEmpty,
  vendorName: textOrNull,
  /** `NOT_SETUP`, or the enrolled factor's status. */
  status: textOrEmpty,
  /** `OPTIONAL` or `REQUIRED`; null from older orgs. */
  enrollment: textOrNull,
  /** `phones` in the `sms` and `call` entries: the numbers that Okta already has, unmasked. */
  _embedded: objectOrNull,
});

/** A kind of factor that the org offers a person. Entries have no id. */
export type SupportedFactor = z.infer<typeof supportedFactor>;

/**
 * Reads the catalog. Leaves out entries without a type.
 * @throws {TypeError} if it is no array, or if it has entries and none is valid
 */
export function readSupportedFactors(json: unknown): SupportedFactor[] {
  return readEach(json, (entry) => z.safeParse(supportedFactor, entry).data ?? null).read;
}

const question = z.object({ question: text, questionText: textOrEmpty });

/** A security question: its key in the API, and its text in the org's or the request's language. */
export type SecurityQuestion = z.infer<typeof question>;

/**
 * Reads an array of questions.
 * @throws {TypeError} if no entry is valid
 */
export function readSecurityQuestions(json: unknown): SecurityQuestion[] {
  return readEach(json, (entry) => z.safeParse(question, entry).data ?? null).read;
}
