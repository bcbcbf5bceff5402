import * as z from 'zod/mini';
import { text, textOrEmpty, textOrNull } from './lenient.ts';

/** `idx` is Identity Engine, `v1` is Classic. Strict, because the engine decides who may add a first factor. */
const organization = z.object({ id: text, pipeline: z.enum(['idx', 'v1']) });

export function readOrganization(json: unknown): z.infer<typeof organization> {
  return z.parse(organization, json);
}

const authenticators = z.array(z.object({ id: text, key: text, status: textOrEmpty }));

export const readAuthenticators = (json: unknown): z.infer<typeof authenticators> => z.parse(authenticators, json);

const keyMethod = z.object({ settings: z.object({ userVerification: text, userVerificationForVerify: textOrNull }) });

/** `DISCOURAGED`, `PREFERRED` or `REQUIRED`. The setting for sign-in, or `REQUIRED` if new keys require it. */
export function readKeyVerification(json: unknown): string {
  const { userVerification, userVerificationForVerify } = z.parse(keyMethod, json).settings;
  return userVerification === 'REQUIRED' ? userVerification : (userVerificationForVerify ?? userVerification);
}
