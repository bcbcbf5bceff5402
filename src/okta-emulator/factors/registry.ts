import { call } from './call/kind.ts';
import { claimsProvider, duo, unknownKind } from './elsewhere/kinds.ts';
import { email } from './email/kind.ts';
import type { Kind } from './kind/kind.ts';
import { fastPass, push } from './okta-verify/kind.ts';
import { question } from './question/kind.ts';
import { sms } from './sms/kind.ts';
import { customTotp } from './tokens/custom-totp.ts';
import { rsa, symantec, yubikey } from './tokens/kinds.ts';
import { googleTotp, oktaTotp } from './totp/kind.ts';
import { u2f } from './u2f/kind.ts';
import { webauthn } from './webauthn/kind.ts';

/** The order is that of Okta's lists of a person's factors. */
const registry = {
  'question/OKTA': question,
  'call/OKTA': call,
  'email/OKTA': email,
  'sms/OKTA': sms,
  'token:software:totp/GOOGLE': googleTotp,
  'webauthn/FIDO': webauthn,
  'push/OKTA': push,
  'token:software:totp/OKTA': oktaTotp,
  'signed_nonce/OKTA': fastPass,
  'u2f/FIDO': u2f,
  'token:hardware/YUBICO': yubikey,
  'token/RSA': rsa,
  'token/SYMANTEC': symantec,
  'token:hotp/CUSTOM': customTotp,
  'web/DUO': duo,
  'claims_provider/CUSTOM': claimsProvider,
  'palm_print/ACME': unknownKind,
};

export type FactorKind = keyof typeof registry;
export const factorKinds: Record<FactorKind, Kind> = registry;

export const kindNames = Object.keys(factorKinds) as FactorKind[];

/** Throws an Error for an unknown name: the store is then newer than the program. */
export function kindNamed(name: string): Kind {
  const kind = (factorKinds as Record<string, Kind | undefined>)[name];
  if (!kind) throw new Error(`the emulator has no factor kind ${name}`);
  return kind;
}
