import type { EmulatorContext } from '../context/context.ts';
import type { Json } from '../factors/kind/kind.ts';
import { completeFamily } from '../factors/okta-verify/family.ts';
import type { FactorKind } from '../factors/registry.ts';
import { TOKEN_HOLDERS } from '../factors/tokens/holders.ts';
import { handOutTokens, stockTokens } from '../factors/tokens/seed.ts';
import { newId, seededId } from '../wire/ids.ts';
import { keepPhone } from '../factors/phones/phone.ts';
import type { PhoneProfile } from '../factors/phones/phone.ts';
import { factorKinds } from '../factors/registry.ts';

const EVERYONE = 'Everyone';

/** The demo's groups, by the names that the code uses. */
export const groupIds = {
  everyone: seededId('00g', EVERYONE),
  helpdesk: seededId('00g', 'Helpdesk'),
  helpdeskAdmin: seededId('00g', 'Helpdesk admins'),
  engineering: seededId('00g', 'Engineering'),
};

const groups = [
  { id: groupIds.everyone, name: EVERYONE, description: 'All users in your organization', type: 'BUILT_IN' as const },
  { id: groupIds.helpdesk, name: 'Helpdesk', description: 'People who answer the phone', type: 'OKTA_GROUP' as const },
  { id: groupIds.helpdeskAdmin, name: 'Helpdesk admins', description: 'Second approvers', type: 'OKTA_GROUP' as const },
  {
    id: TOKEN_HOLDERS,
    name: 'Token holders',
    description: 'People who still have older methods',
    type: 'OKTA_GROUP' as const,
  },
  {
    id: groupIds.engineering,
    name: 'Engineering',
    description: 'People who build things',
    type: 'OKTA_GROUP' as const,
  },
];

type SeededFactor = {
  kind: FactorKind;
  status: 'ACTIVE' | 'PENDING_ACTIVATION';
  /** The wire's `profile`; by default an authenticator app's. */
  profile?: Json;
  /** The factor's secret; null for none, random by default. */
  secret?: string | null;
  /** How many days ago it was enrolled; default 0. */
  days?: number;
};
const DAY = 24 * 60 * 60_000;
const app = (status: SeededFactor['status']): SeededFactor => ({ kind: 'token:software:totp/GOOGLE', status });

const byPhone = (channel: 'sms' | 'call', phoneNumber: string): SeededFactor => ({
  kind: `${channel}/OKTA`,
  status: 'ACTIVE',
  profile: { phoneNumber },
  secret: null,
  // Old enough for a call-back by the helpdesk.
  days: 90,
});

/**
 * The demo's people: groups besides Everyone; factors at the first start and after a reset; `oktaVerify`: the whole
 * family on a phone; `tokens`: one factor of each older or external kind.
 */
export const demoPeople: readonly {
  login: string;
  first: string;
  last: string;
  second?: string;
  groups: string[];
  factors: SeededFactor[];
  oktaVerify?: true;
  tokens?: true;
}[] = [
  {
    login: 'ada@example.com',
    first: 'Ada',
    last: 'Lovelace',
    second: 'ada@home.example',
    groups: [groupIds.engineering],
    factors: [],
  },
  {
    login: 'grace@example.com',
    first: 'Grace',
    last: 'Hopper',
    second: 'grace@home.example',
    groups: [groupIds.engineering],
    factors: [app('ACTIVE'), { kind: 'token:software:totp/OKTA', status: 'ACTIVE' }],
  },
  {
    login: 'katherine@example.com',
    first: 'Katherine',
    last: 'Johnson',
    groups: [groupIds.engineering],
    factors: [app('PENDING_ACTIVATION')],
  },
  {
    login: 'helpdesk@example.com',
    first: 'Hedy',
    last: 'Lamarr',
    groups: [groupIds.helpdesk],
    factors: [app('ACTIVE')],
  },
  {
    login: 'admin@example.com',
    first: 'Annie',
    last: 'Easley',
    second: 'annie@home.example',
    groups: [groupIds.helpdesk, groupIds.helpdeskAdmin],
    factors: [app('ACTIVE')],
  },
  {
    login: 'margaret@example.com',
    first: 'Margaret',
    last: 'Hamilton',
    second: 'margaret@home.example',
    groups: [groupIds.engineering],
    factors: [
      {
        kind: 'question/OKTA',
        status: 'ACTIVE',
        profile: { question: 'first_computer_game', questionText: 'What was the first computer game you played?' },
        secret: 'lunar lander',
      },
      byPhone('call', '+15550100142'),
      { kind: 'email/OKTA', status: 'ACTIVE', profile: { email: 'margaret@example.com' }, secret: null },
      byPhone('sms', '+15550100141'),
    ],
  },
  {
    login: 'radia@example.com',
    first: 'Radia',
    last: 'Perlman',
    groups: [groupIds.engineering, TOKEN_HOLDERS],
    factors: [],
    tokens: true,
  },
  {
    login: 'dorothy@example.com',
    first: 'Dorothy',
    last: 'Vaughan',
    groups: [groupIds.engineering],
    factors: [],
    oktaVerify: true,
  },
];

/**
 * Creates the demo's people and groups in one transaction. Existing people stay unchanged, factors included. Ids are
 * always the same.
 * @param passwordHash everybody's, from `hashPassword`
 */
export async function seed(emulator: EmulatorContext, passwordHash: string): Promise<void> {
  await emulator.db.transaction().execute(async (tx) => {
    const now = emulator.clock.now();
    await tx
      .insertInto('groups')
      .values(groups.map((group) => ({ ...group, created: now })))
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    await stockTokens({ emulator, tx });
    for (const one of demoPeople) {
      const id = seededId('00u', one.login);
      const known = await tx.selectFrom('people').select('id').where('id', '=', id).executeTakeFirst();
      if (known) continue;
      await tx
        .insertInto('people')
        .values({
          id,
          login: one.login,
          email: one.login,
          second_email: one.second ?? null,
          first_name: one.first,
          last_name: one.last,
          mobile_phone: null,
          status: 'ACTIVE',
          password: passwordHash,
          // Old enough that no address counts as new.
          created: now - 30 * DAY,
          status_changed: now - 30 * DAY,
          last_updated: now - 30 * DAY,
          last_login: null,
          misses: 0,
          missed_at: 0,
        })
        .execute();
      await tx
        .insertInto('memberships')
        .values([groupIds.everyone, ...one.groups].map((group) => ({ group_id: group, person_id: id })))
        .execute();
      for (const {
        kind,
        status,
        profile = { credentialId: one.login },
        secret = emulator.random(20),
        days = 0,
      } of one.factors) {
        // An Identity Engine org lists it automatically.
        if (kind === 'email/OKTA' && emulator.engine === 'oie') continue;
        const factorId = newId(emulator.random, factorKinds[kind].idPrefix);
        await tx
          .insertInto('factors')
          .values({
            id: factorId,
            person_id: id,
            kind,
            status,
            profile: JSON.stringify(profile),
            sealed: secret === null ? null : emulator.vault.seal(Buffer.from(secret), { personId: id, factorId }),
            accepted_step: null,
            created: now - days * DAY,
            last_updated: now - days * DAY,
            last_verified: null,
            data: null,
            vendor_name: null,
          })
          .execute();
        if (kind !== 'sms/OKTA' && kind !== 'call/OKTA') continue;
        const phone = {
          personId: id,
          channel: kind === 'sms/OKTA' ? ('sms' as const) : ('call' as const),
          profile: profile as PhoneProfile,
        };
        await keepPhone({ emulator, tx, now }, { ...phone, replace: false });
      }
      if (one.tokens) await handOutTokens({ emulator, tx, now }, id, one.login);
      if (!one.oktaVerify) continue;
      const person = await tx.selectFrom('people').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
      await completeFamily({ emulator, tx, person, now }, { byPhone: true });
    }
  });
}

/**
 * Empties the store and seeds it: people, factors, messages; everybody is signed out. Ids of people and groups stay.
 */
export async function reseed(emulator: EmulatorContext, passwordHash: string): Promise<void> {
  await emulator.db.transaction().execute(async (tx) => {
    for (const table of [
      'memberships',
      'factors',
      'tokens',
      'activation_tries',
      'resend_tries',
      'outstanding',
      'phones',
      'sent',
      'messages',
      'sign_in_state',
      'people',
      'groups',
    ] as const) {
      await tx.deleteFrom(table).execute();
    }
  });
  await seed(emulator, passwordHash);
}
