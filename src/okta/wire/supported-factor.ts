import * as z from 'zod/mini';
import { readEach } from './factor.ts';
import { objectOrNull, text, textOrEmpty, textOrNull } from './lenient.ts';

const supportedFactor = z.object({
  factorType: text,
  provider: textOrEmpty,
  vendorName: textOrNull,
  /** `NOT_SETUP`, or the status of the enrolled factor. */
  status: textOrEmpty,
  /** `OPTIONAL` or `REQUIRED`; older orgs leave it out. */
  enrollment: textOrNull,
  /** `phones` on the `sms` and `call` entries: numbers that Okta has already, unmasked. */
  _embedded: objectOrNull,
});

/** A kind of factor that the org offers a person. Entries have no id. */
export type SupportedFactor = z.infer<typeof supportedFactor>;

/**
 * Takes the catalog, an array; leaves out entries without a type.
 * @throws {TypeError} when no entry can be read
 */
export function readSupportedFactors(json: unknown): SupportedFactor[] {
  return readEach(json, (entry) => z.safeParse(supportedFactor, entry).data ?? null).read;
}

const question = z.object({ question: text, questionText: textOrEmpty });

/** A security question: its key on the wire, and its text in the language of the org or the request. */
export type SecurityQuestion = z.infer<typeof question>;

/**
 * Takes an array of questions.
 * @throws {TypeError} when no entry can be read
 */
export function readSecurityQuestions(json: unknown): SecurityQuestion[] {
  return readEach(json, (entry) => z.safeParse(question, entry).data ?? null).read;
}
