import type { EmulatorContext } from '../context/context.ts';
import { hotp, stepAt, STEP_SECONDS } from '../factors/totp/otp.ts';
import { kindNamed } from '../factors/registry.ts';
import { factorsIn } from '../store/factor-rows.ts';
import type { Person } from '../store/schema.ts';

/** `expiresAt`: when the next code comes. `used`: the shown code was already accepted. */
export type PhoneEntry = {
  factorId: string;
  provider: string;
  status: string;
  code: string;
  expiresAt: string;
  used: boolean;
};

export async function readPhone(emulator: EmulatorContext, person: Person): Promise<PhoneEntry[]> {
  const rows = await factorsIn(emulator.db, person.id).orderBy('created').orderBy('id').execute();
  const step = stepAt(emulator.clock.now());
  return rows.flatMap(({ id, kind, status, secret, accepted_step }) => {
    const { factorType, provider } = kindNamed(kind);
    if (factorType !== 'token:software:totp' || secret === null) return [];
    const expiresAt = new Date((step + 1) * STEP_SECONDS * 1000).toISOString();
    return [
      {
        factorId: id,
        provider,
        status,
        code: hotp(Buffer.from(secret, 'base64url'), step),
        expiresAt,
        used: (accepted_step ?? -1) >= step,
      },
    ];
  });
}
