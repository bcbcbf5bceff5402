import type { Kysely } from 'kysely';
import { newId } from '../../wire/ids.ts';
import { factorsIn } from '../../store/factor-rows.ts';
import type { FactorRow, Phone, Tables } from '../../store/schema.ts';
import { challengeLinks } from '../kind/link.ts';
import type { Enrolled, EnrollContext, Json, Kind, OnFactor, Remembered } from '../kind/kind.ts';
import { e164 } from './number.ts';

type Channel = Phone['channel'];

export type PhoneProfile = { phoneNumber: string; phoneExtension?: string };

function readProfile(row: Pick<FactorRow, 'profile'>): PhoneProfile {
  return JSON.parse(row.profile) as PhoneProfile;
}

/** Verified numbers, oldest first. */
async function listPhones(db: Kysely<Tables>, personId: string, channel: Channel): Promise<Phone[]> {
  return db
    .selectFrom('phones')
    .selectAll()
    .where('person_id', '=', personId)
    .where('channel', '=', channel)
    .orderBy('created')
    .orderBy('id')
    .execute();
}

const same = (phone: Phone, { phoneNumber, phoneExtension }: PhoneProfile) =>
  phone.number === phoneNumber && phone.extension === (phoneExtension ?? null);

async function inUse(tx: Kysely<Tables>, personId: string, kind: string): Promise<string[]> {
  const rows = await factorsIn(tx, personId).where('kind', '=', kind).where('status', '=', 'ACTIVE').execute();
  return rows.map((row) => readProfile(row).phoneNumber);
}

/** On Classic, the number replaces the previous one. On Identity Engine, `replace` replaces only unused numbers. */
export async function keepPhone(
  { emulator, tx, now }: Pick<OnFactor, 'emulator' | 'tx' | 'now'>,
  {
    personId,
    channel,
    profile,
    replace,
  }: { personId: string; channel: Channel; profile: PhoneProfile; replace: boolean },
): Promise<void> {
  const kept = emulator.engine === 'oie' && !replace;
  const used = emulator.engine === 'oie' ? await inUse(tx, personId, `${channel}/OKTA`) : [];
  for (const phone of await listPhones(tx, personId, channel)) {
    if (phone.number === profile.phoneNumber || !(kept || used.includes(phone.number)))
      await tx.deleteFrom('phones').where('id', '=', phone.id).execute();
  }
  const { phoneNumber: number, phoneExtension: extension = null } = profile;
  await tx
    .insertInto('phones')
    .values({ id: newId(emulator.random, 'mbl'), person_id: personId, channel, number, extension, created: now })
    .execute();
}

type RequestedNumber = { cause: string } | { cause?: undefined; profile: PhoneProfile; verified: boolean };

async function requestedNumber(
  { emulator, tx, person, body, query }: EnrollContext,
  channel: Channel,
  readExtension: (profile: Json) => string | undefined,
): Promise<RequestedNumber> {
  const stored = await listPhones(tx, person.id, channel);
  const given = (body.profile ?? {}) as Json;
  const [first] = stored;
  if (given.phoneNumber === undefined || given.phoneNumber === null) {
    if (!first) return { cause: 'Invalid Phone Number.' };
    const profile = { phoneNumber: first.number, ...(first.extension !== null && { phoneExtension: first.extension }) };
    return { profile, verified: true };
  }
  const phoneNumber = e164(given.phoneNumber);
  if (!phoneNumber) return { cause: 'Invalid Phone Number.' };
  const phoneExtension = readExtension(given);
  const profile = { phoneNumber, ...(phoneExtension !== undefined && { phoneExtension }) };
  const verified = stored.some((phone) => same(phone, profile));
  if (first && !verified && !query.updatePhone && emulator.engine === 'classic')
    return { cause: 'There is an existing verified phone number.' };
  return { profile, verified };
}

type PhoneKind = {
  channel: Channel;
  readExtension(profile: Json): string | undefined;
  send(input: OnFactor | EnrollContext, profile: PhoneProfile): Promise<Remembered>;
};

async function enrollPhone({ channel, readExtension, send }: PhoneKind, input: EnrollContext): Promise<Enrolled> {
  const { tx, person, query } = input;
  const requested = await requestedNumber(input, channel, readExtension);
  if (requested.cause !== undefined) return requested;
  const { profile, verified } = requested;
  if ((await inUse(tx, person.id, `${channel}/OKTA`)).includes(profile.phoneNumber))
    return { cause: 'A factor of this type is already set up.' };
  const replace = query.updatePhone;
  if (!verified && !query.activate) {
    return {
      status: 'PENDING_ACTIVATION',
      profile,
      secret: null,
      data: { replace },
      remember: await send(input, profile),
    };
  }
  if (!verified) await keepPhone(input, { personId: person.id, channel, profile, replace });
  return { status: 'ACTIVE', profile, secret: null };
}

/** A verified number stays stored, independently of its factors. */
export function phoneHooks(
  kind: PhoneKind,
): Pick<Kind, 'enroll' | 'activated' | 'resend' | 'challenge' | 'removed' | 'catalog'> {
  const { channel, send } = kind;
  return {
    enroll: (input) => enrollPhone(kind, input),
    async activated(input) {
      const { replace } = JSON.parse(input.row.data ?? '{}') as { replace?: boolean };
      await keepPhone(input, {
        personId: input.person.id,
        channel,
        profile: readProfile(input.row),
        replace: replace === true,
      });
    },
    resend: (input) => send(input, readProfile(input.row)),
    async challenge(input) {
      const profile = readProfile(input.row);
      return {
        remember: await send(input, profile),
        answer: { factorResult: 'CHALLENGE', profile, _links: challengeLinks(input) },
      };
    },
    async removed({ tx, person, row, removeRecoveryEnrollment }) {
      if (!removeRecoveryEnrollment) return;
      await tx
        .deleteFrom('phones')
        .where('person_id', '=', person.id)
        .where('channel', '=', channel)
        .where('number', '=', readProfile(row).phoneNumber)
        .execute();
    },
    async catalog({ emulator, person }) {
      const phones = await listPhones(emulator.db, person.id, channel);
      if (phones.length === 0) return {};
      const shown = phones.map(({ id, number, extension }) => ({
        id,
        profile: { phoneNumber: number, ...(extension !== null && { phoneExtension: extension }) },
        status: 'ACTIVE',
      }));
      return { rest: { _embedded: { phones: shown } } };
    },
  };
}
