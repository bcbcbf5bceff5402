import { generateKeyPairSync } from 'node:crypto';
import { newId } from '../../wire/ids.ts';
import type { FactorRow } from '../../store/schema.ts';
import type { About, Json } from '../kind/kind.ts';
import { CUSTOM_PROFILE } from './custom-totp.ts';
import { sealToken } from './inventory.ts';
import { publicIdFrom } from './yubikey-otp.ts';

type Seeding = Pick<About, 'tx' | 'now'> & { emulator: Pick<About['emulator'], 'random' | 'vault'> };

/** Seeded tokens of each kind, by serial. The first of each is assigned to the demo's token holder. */
const drawer = [
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

/** Adds the demo's tokens to the inventory; existing ones stay unchanged. */
export async function stockTokens({ emulator, tx }: Omit<Seeding, 'now'>): Promise<void> {
  for (const [kind, serials] of drawer) {
    for (const serial of serials) {
      const secret = secretFor(emulator, kind);
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
          sealed: sealToken(emulator, serial, secret),
          counter: 0,
          factor_id: null,
        })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    }
  }
}

/** The public key of a lost U2F key, for an old registration. */
function lostKey({ random }: Pick<About['emulator'], 'random'>): Json & { keyHandle: string } {
  const { x = '', y = '' } = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' });
  const point = Buffer.concat([Buffer.from([4]), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]);
  return { keyHandle: random(64).toString('base64url'), publicKey: point.toString('base64url'), counter: 0 };
}

type Held = {
  kind: string;
  prefix: string;
  profile: Json | null;
  secret?: Buffer;
  data?: Json;
  vendorName?: string;
  serial?: string;
};

/** Gives a person one factor of every kind that is older than this API or managed elsewhere. */
export async function handOutTokens({ emulator, tx, now }: Seeding, personId: string, login: string): Promise<void> {
  const key = lostKey(emulator);
  const holds: Held[] = [
    { kind: 'u2f/FIDO', prefix: 'fuf', profile: { credentialId: key.keyHandle, version: 'U2F_V2' }, data: key },
    { kind: 'token:hardware/YUBICO', prefix: 'ykf', profile: { credentialId: '000009876543' }, serial: '000009876543' },
    { kind: 'token/RSA', prefix: 'rsa', profile: { credentialId: '000456789012' }, serial: '000456789012' },
    { kind: 'token/SYMANTEC', prefix: 'ufv', profile: { credentialId: 'VSMT12345678' }, serial: 'VSMT12345678' },
    {
      kind: 'token:hotp/CUSTOM',
      prefix: 'chf',
      profile: null,
      secret: emulator.random(20),
      vendorName: CUSTOM_PROFILE.name,
    },
    { kind: 'web/DUO', prefix: 'dsf', profile: { credentialId: login } },
    { kind: 'claims_provider/CUSTOM', prefix: 'cpf', profile: { credentialId: login }, vendorName: 'Example Partner' },
    { kind: 'palm_print/ACME', prefix: 'ppf', profile: { credentialId: login } },
  ];
  for (const { kind, prefix, profile, secret, data, vendorName, serial } of holds) {
    const id = newId(emulator.random, prefix);
    const row: FactorRow = {
      id,
      person_id: personId,
      kind,
      status: 'ACTIVE',
      profile: JSON.stringify(profile),
      sealed: secret ? emulator.vault.seal(secret, { personId, factorId: id }) : null,
      accepted_step: null,
      created: now,
      last_updated: now,
      last_verified: null,
      data: data ? JSON.stringify(data) : null,
      vendor_name: vendorName ?? null,
    };
    await tx.insertInto('factors').values(row).execute();
    if (serial !== undefined)
      await tx.updateTable('tokens').set({ factor_id: id }).where('serial', '=', serial).execute();
  }
}
