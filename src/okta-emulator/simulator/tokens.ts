import type { EmulatorContext } from '../context/context.ts';
import { rsaToken, symantecToken } from '../factors/tokens/generators.ts';
import { appToken, stepAt, type TimedToken } from '../factors/totp/otp.ts';
import { typeYubikey } from '../factors/tokens/yubikey-otp.ts';
import { factorsIn } from '../store/factor-rows.ts';
import type { Person } from '../store/schema.ts';
import type { Token } from '../store/tokens.ts';

/** `factorId`: null if unassigned. `expiresAt`: when `next` replaces `code`. `used`: the code was already accepted. */
export type TokenEntry = {
  factorId: string | null;
  kind: string;
  serial: string;
  code: string;
  next: string | null;
  expiresAt: string | null;
  used: boolean;
};

const timed: Record<string, TimedToken> = { 'token/RSA': rsaToken, 'token/SYMANTEC': symantecToken };

function timedCodes(generator: TimedToken, secret: Buffer, counter: number, now: number) {
  const step = stepAt(now, generator);
  const expiresAt = new Date((step + 1) * generator.stepSeconds * 1000).toISOString();
  return {
    code: generator.code(secret, step),
    next: generator.code(secret, step + 1),
    expiresAt,
    used: counter >= step,
  };
}

function shown(emulator: EmulatorContext, token: Token): TokenEntry {
  const { serial, kind, counter, public_id: publicId, factor_id: factorId } = token;
  const secret = Buffer.from(token.secret, 'base64url');
  const identity = { factorId, kind, serial };
  const generator = timed[kind];
  if (generator) return { ...identity, ...timedCodes(generator, secret, counter, emulator.clock.now()) };
  // Always one above the last accepted counter, so showing a code needs no change in the store.
  const press = { publicId: publicId ?? '', privateId: secret.subarray(16), counter: counter + 1 };
  return {
    ...identity,
    code: typeYubikey(press, secret.subarray(0, 16), emulator.random(5)),
    next: null,
    expiresAt: null,
    used: false,
  };
}

/** Without a person, returns the unassigned tokens. */
export async function listTokens(emulator: EmulatorContext, person: Person | undefined): Promise<TokenEntry[]> {
  const tokens = emulator.db.selectFrom('tokens').selectAll().orderBy('kind').orderBy('serial');
  if (!person) return (await tokens.where('factor_id', 'is', null).execute()).map((token) => shown(emulator, token));
  const rows = await factorsIn(emulator.db, person.id).where('status', '=', 'ACTIVE').orderBy('created').execute();
  const ids = rows.map(({ id }) => id);
  const assigned = ids.length === 0 ? [] : await tokens.where('factor_id', 'in', ids).execute();
  const custom = rows.flatMap(({ id, kind, secret, accepted_step, vendor_name }) => {
    if (kind !== 'token:hotp/CUSTOM' || secret === null) return [];
    return [
      {
        factorId: id,
        kind,
        serial: vendor_name ?? '',
        ...timedCodes(appToken, Buffer.from(secret, 'base64url'), accepted_step ?? -1, emulator.clock.now()),
      },
    ];
  });
  return [...assigned.map((token) => shown(emulator, token)), ...custom];
}
