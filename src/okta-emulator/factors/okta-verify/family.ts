import type { Engine } from '../../context/context.ts';
import { newId } from '../../wire/ids.ts';
import { factorsIn, newFactorRow } from '../../store/factor-rows.ts';
import type { FactorRow, Person } from '../../store/schema.ts';
import type { About, Json } from '../kind/kind.ts';
import { fastPassProfile, pushProfile } from './device.ts';

type Member = {
  kind: string;
  idPrefix: string;
  profile(person: Person): Json;
  /** Whether it shows codes and therefore needs a secret. */
  codes: boolean;
};

const push: Member = { kind: 'push/OKTA', idPrefix: 'opf', profile: pushProfile, codes: false };
const totp: Member = {
  kind: 'token:software:totp/OKTA',
  idPrefix: 'ost',
  profile: ({ login }) => ({ credentialId: login }),
  codes: true,
};
const fastPass: Member = { kind: 'signed_nonce/OKTA', idPrefix: 'crp', profile: fastPassProfile, codes: false };

/** Classic has no FastPass. */
const members: Record<Engine, readonly Member[]> = { classic: [push, totp], oie: [push, totp, fastPass] };

/** On Identity Engine, all of Okta Verify is deleted together. */
export function removedWith(engine: Engine): readonly string[] {
  return engine === 'oie' ? members.oie.map(({ kind }) => kind) : [];
}

type FamilyContext = Pick<About, 'tx' | 'person' | 'now'> & {
  emulator: Pick<About['emulator'], 'engine' | 'random' | 'secretLength'>;
};

function findRow(
  { emulator, person, now }: FamilyContext,
  { kind, idPrefix, profile, codes }: Member,
  id = newId(emulator.random, idPrefix),
): FactorRow {
  return newFactorRow({
    id,
    person_id: person.id,
    kind,
    status: 'ACTIVE',
    profile: JSON.stringify(profile(person)),
    secret: codes ? emulator.random((emulator.secretLength * 5) / 8).toString('base64url') : null,
    created: now,
  });
}

/** `byPhone`: a pending factor becomes active with a new secret, because its enrollment has shown the old secret. */
export async function completeFamily(input: FamilyContext, { byPhone }: { byPhone: boolean }): Promise<void> {
  const { emulator, tx, person, now } = input;
  const rows = await factorsIn(tx, person.id).execute();
  for (const member of members[emulator.engine]) {
    const own = rows.find(({ kind }) => kind === member.kind);
    if (!own) await tx.insertInto('factors').values(findRow(input, member)).execute();
    else if (own.status === 'PENDING_ACTIVATION' && byPhone) {
      const row = { ...findRow(input, member, own.id), created: own.created, last_updated: now };
      await tx.updateTable('factors').set(row).where('id', '=', own.id).execute();
    }
  }
}
