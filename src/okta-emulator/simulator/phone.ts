import type { EmulatorContext } from '../context/context.ts';
import { hotp, stepAt, STEP_SECONDS } from '../factors/totp/otp.ts';
import { kindNamed } from '../factors/registry.ts';
import type { Person } from '../store/schema.ts';

/**
 * One entry of a person's authenticator app, pending ones too. `expiresAt` is when the next code comes; `used` tells
 * that the code shown has been accepted already, so that the next one has to be waited for.
 */
export type PhoneEntry = {
  factorId: string;
  provider: string;
  status: string;
  code: string;
  expiresAt: string;
  used: boolean;
};

/**
 * What a person's virtual phone shows now. It is the other holder of the secret, so it may open what the org sealed.
 */
export async function phoneOf(emulator: EmulatorContext, person: Person): Promise<PhoneEntry[]> {
  const rows = await emulator.db
    .selectFrom('factors')
    .selectAll()
    .where('person_id', '=', person.id)
    .orderBy('created')
    .orderBy('id')
    .execute();
  const step = stepAt(emulator.clock.now());
  return rows.flatMap(({ id, kind, status, sealed, accepted_step }) => {
    const { factorType, provider } = kindNamed(kind);
    if (factorType !== 'token:software:totp' || sealed === null) return [];
    const secret = emulator.vault.open(sealed, { personId: person.id, factorId: id });
    const expiresAt = new Date((step + 1) * STEP_SECONDS * 1000).toISOString();
    return [
      { factorId: id, provider, status, code: hotp(secret, step), expiresAt, used: (accepted_step ?? -1) >= step },
    ];
  });
}
