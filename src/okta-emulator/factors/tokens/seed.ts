import { generateKeyPairSync } from 'node:crypto';
import type { FactorRow } from '../../store/schema.ts';
import type { About, Json } from '../kind/kind.ts';
import { CUSTOM_PROFILE } from './custom-totp.ts';
import { publicIdFrom } from './yubikey-otp.ts';

/** Serial numbers. The first of each kind belongs to the demo's token holder. */
const unassigned = [
  ['token:hardware/YUBICO', ['000009876543', '000009876544', '000009876545']],
  ['token/RSA', ['000456789012', '000456789013']],
  ['token/SYMANTEC', ['VSMT12345678', 'VSMT12345679']],
] as const;

const RSA_PIN = '2468';

function secretFor({ random }: Pick<About['emulator'], 'random'>, kind: string): Buffer {
  if (kind === 'token:hardware/YUBICO') return random(22);
  const seed = random(20);
  return kind === 'token/RSA' ? Buffer.concat([seed, Buffer.from(RSA_PIN)]) : seed;
}

/** Existing tokens stay unchanged. */
export async function stockTokens(emulator: Pick<About['emulator'], 'random'>, tx: About['tx']): Promise<void> {
  for (const [kind, serials] of unassigned) {
    for (const serial of serials) {
      const publicId =
        kind === 'token:hardware/YUBICO'
          ? publicIdFrom(Buffer.concat([Buffer.from([0, 0]), emulator.random(4)]))
          : null;
      await tx
        .insertInto('tokens')
        .values({
          serial,
          kind,
          public_id: publicId,
          secret: secretFor(emulator, kind).toString('base64url'),
          counter: 0,
          factor_id: null,
        })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    }
  }
}

/** The public key of an old registration whose U2F key is lost. */
function lostKey({ random }: Pick<About['emulator'], 'random'>): Json & { keyHandle: string } {
  const { x = '', y = '' } = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' });
  const point = Buffer.concat([Buffer.from([4]), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]);
  return { keyHandle: random(64).toString('base64url'), publicKey: point.toString('base64url'), counter: 0 };
}

/** The defaults are right for an authenticator app. */
export type SeededFactor = {
  kind: string;
  /** Default: ACTIVE. */
  status?: FactorRow['status'];
  profile?: Json | null;
  /** Default: random. */
  secret?: Buffer | null;
  /** How many days ago the factor was enrolled. Default: 0. */
  days?: number;
  data?: Json;
  vendorName?: string;
  serial?: string;
};

export function olderFactors({ random }: Pick<About['emulator'], 'random'>, login: string): SeededFactor[] {
  const key = lostKey({ random });
  const elsewhere = { profile: { credentialId: login }, secret: null };
  return [
    { kind: 'u2f/FIDO', profile: { credentialId: key.keyHandle, version: 'U2F_V2' }, secret: null, data: key },
    ...unassigned.map(([kind, [serial]]) => ({ kind, profile: { credentialId: serial }, secret: null, serial })),
    { kind: 'token:hotp/CUSTOM', profile: null, secret: random(20), vendorName: CUSTOM_PROFILE.name },
    { kind: 'web/DUO', ...elsewhere },
    { kind: 'claims_provider/CUSTOM', ...elsewhere, vendorName: 'Example Partner' },
    { kind: 'palm_print/ACME', ...elsewhere },
  ];
}
