import { DAY_MS } from '#clock';
import type { EmulatorContext } from '../context/context.ts';
import { keepPhone, type PhoneProfile } from '../factors/phones/phone.ts';
import { kindNamed } from '../factors/registry.ts';
import type { SeededFactor } from '../factors/tokens/seed.ts';
import { newFactorRow } from '../store/factor-rows.ts';
import type { Person } from '../store/schema.ts';
import { newId } from '../wire/ids.ts';

export async function seedFactor(
  emulator: EmulatorContext,
  tx: EmulatorContext['db'],
  { id: personId, login }: Pick<Person, 'id' | 'login'>,
  {
    kind,
    status = 'ACTIVE',
    profile = { credentialId: login },
    secret = emulator.random(20),
    days = 0,
    data,
    vendorName,
    serial,
  }: SeededFactor,
): Promise<void> {
  // An Identity Engine org lists the email factor automatically, so no row is stored.
  if (kind === 'email/OKTA' && emulator.engine === 'oie') return;
  const now = emulator.clock.now();
  const factorId = newId(emulator.random, kindNamed(kind).idPrefix);
  await tx
    .insertInto('factors')
    .values(
      newFactorRow({
        id: factorId,
        person_id: personId,
        kind,
        status,
        profile: JSON.stringify(profile),
        secret: secret && secret.toString('base64url'),
        created: now - days * DAY_MS,
        data: data ? JSON.stringify(data) : null,
        vendor_name: vendorName ?? null,
      }),
    )
    .execute();
  if (serial !== undefined)
    await tx.updateTable('tokens').set({ factor_id: factorId }).where('serial', '=', serial).execute();
  if (kind !== 'sms/OKTA' && kind !== 'call/OKTA') return;
  const channel = kind === 'sms/OKTA' ? 'sms' : 'call';
  await keepPhone({ emulator, tx, now }, { personId, channel, profile: profile as PhoneProfile, replace: false });
}
