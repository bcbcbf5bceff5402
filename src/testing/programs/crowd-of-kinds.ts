import type { Emulator } from '#okta-emulator/start.ts';
import { newFactorRow } from '#okta-emulator/store/factor-rows.ts';
import { openStore } from '#okta-emulator/store/open.ts';
import { addCrowd, createPerson } from '#okta-emulator/testing/crowd.ts';
import type { PersonRecord } from '#operator/report/person-record.ts';

type Said = Pick<
  PersonRecord,
  'kinds' | 'unknownKinds' | 'unfinished' | 'unreadable' | 'usable' | 'strongest' | 'strength' | 'phishingResistant'
> & { fault: PersonRecord['fault'] };
type Plan = { has: string[]; pending?: string[]; answer?: { status: number; body?: unknown }; said: Partial<Said> };

const sms = { id: 'sms00000000000000001', factorType: 'sms', provider: 'OKTA', status: 'ACTIVE' };
const family = ['push/OKTA', 'token:software:totp/OKTA'];
const no = 'no' as const;
const nothing = { usable: null, phishingResistant: null };

/** `said`: what a report must say. */
const plans: readonly Plan[] = [
  { has: [], said: { usable: 0, phishingResistant: no } },
  { has: ['sms/OKTA'], said: { kinds: ['sms'], usable: 1, strongest: 'sms', strength: 2, phishingResistant: no } },
  {
    has: ['call/OKTA', 'sms/OKTA'],
    said: { kinds: ['call', 'sms'], usable: 2, strongest: 'call', strength: 2, phishingResistant: no },
  },
  {
    has: family,
    said: { kinds: ['okta-verify'], usable: 1, strongest: 'okta-verify', strength: 3, phishingResistant: no },
  },
  {
    has: [...family, 'signed_nonce/OKTA'],
    said: {
      ...{ kinds: ['okta-verify', 'fastpass'], usable: 1, strongest: 'okta-verify', strength: 4 },
      phishingResistant: 'yes',
    },
  },
  {
    has: ['sms/OKTA', 'webauthn/FIDO'],
    said: { kinds: ['webauthn', 'sms'], usable: 2, strongest: 'webauthn', strength: 4, phishingResistant: 'yes' },
  },
  {
    has: ['palm_print/ACME'],
    said: {
      ...{ kinds: ['unknown'], unknownKinds: ['palm_print'], usable: 1, strongest: 'unknown' },
      phishingResistant: 'unknown',
    },
  },
  {
    has: [],
    pending: ['token:software:totp/GOOGLE'],
    said: { unfinished: ['totp'], usable: 0, phishingResistant: no },
  },
  {
    has: ['question/OKTA'],
    said: { kinds: ['question'], usable: 1, strongest: 'question', strength: 1, phishingResistant: no },
  },
  {
    has: ['palm_print/ACME', 'webauthn/FIDO'],
    said: {
      ...{
        kinds: ['webauthn', 'unknown'],
        unknownKinds: ['palm_print'],
        usable: 2,
        strongest: 'webauthn',
        strength: 4,
      },
      phishingResistant: 'yes',
    },
  },
  {
    has: ['sms/OKTA'],
    pending: ['webauthn/FIDO'],
    said: {
      ...{ kinds: ['sms'], unfinished: ['webauthn'], usable: 1, strongest: 'sms', strength: 2 },
      phishingResistant: no,
    },
  },
  // An unreadable entry, an unreadable list, a deleted person, and a person whom the credential may not read.
  {
    has: [],
    answer: { status: 200, body: [sms, { status: 'ACTIVE' }] },
    said: {
      ...{ kinds: ['sms'], unreadable: 1, usable: 1, strongest: 'sms', strength: 2 },
      phishingResistant: 'unknown',
    },
  },
  { has: [], answer: { status: 200, body: '<html>' }, said: { ...nothing, fault: 'unreadable' } },
  { has: [], answer: { status: 404 }, said: { ...nothing, fault: 'gone' } },
  { has: [], answer: { status: 403 }, said: { ...nothing, fault: 'not_allowed' } },
];

const empty = {
  ...{ kinds: [], unknownKinds: [], unfinished: [], unreadable: 0, strongest: null, strength: null, fault: null },
};

export function expectedPerson(index: number): Partial<PersonRecord> {
  const { id, login, email, first_name, last_name, status } = createPerson(index);
  return {
    ...{ id, login, email, status, name: `${first_name} ${last_name}` },
    administrator: index % 37 === 1,
    ...empty,
    ...plans[index % plans.length]!.said,
  };
}

const CREATED = Date.UTC(2026, 1, 1);

export async function addPeopleOfKinds(
  emulator: Pick<Emulator, 'url'> & { dataDir: string },
  count: number,
  groups: readonly string[],
): Promise<void> {
  const store = await openStore(emulator.dataDir);
  await addCrowd(store, count, groups);
  const people = Array.from({ length: count }, (_, index) => ({ index, ...createPerson(index) }));
  const factors = people.flatMap(({ index, id, login }) => {
    const { has, pending = [] } = plans[index % plans.length]!;
    return [
      ...has.map((kind) => ({ kind, status: 'ACTIVE' })),
      ...pending.map((kind) => ({ kind, status: 'PENDING_ACTIVATION' })),
    ].map((one, place) =>
      newFactorRow({
        ...{ ...one, id: `fac${String(index).padStart(16, '0')}${place}`, person_id: id, created: CREATED + place },
        profile: JSON.stringify({ credentialId: login, phoneNumber: '+15550100120' }),
      } as never),
    );
  });
  await store.transaction().execute(async (tx) => {
    for (let from = 0; from < factors.length; from += 500)
      await tx
        .insertInto('factors')
        .values(factors.slice(from, from + 500))
        .execute();
    for (const { index, id } of people)
      if (index % 37 === 1)
        await tx.insertInto('roles').values({ person_id: id, type: 'HELP_DESK_ADMIN', created: CREATED }).execute();
  });
  await store.destroy();
  for (const { index, id } of people) {
    const { answer } = plans[index % plans.length]!;
    if (!answer) continue;
    const fault = { match: `GET /api/v1/users/${id}/factors`, times: 100, ...answer };
    const headers = { 'content-type': 'application/json' };
    await fetch(`${emulator.url}/simulator/api/faults`, { method: 'POST', headers, body: JSON.stringify(fault) });
  }
}
