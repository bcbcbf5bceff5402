import type { EmulatorContext } from '../context/context.ts';
import { DAY_MS } from '#clock';
import { completeFamily } from '../factors/okta-verify/family.ts';
import { olderFactors, stockTokens, type SeededFactor } from '../factors/tokens/seed.ts';
import { seededId } from '../wire/ids.ts';
import { addPerson, newPerson, TOKEN_OWNER } from '../people/people.ts';
import { READ_ONLY_ADMIN, type AdminRole } from '../people/roles.ts';
import { seedPolicies } from '../policies/policies.ts';
import { seedFactor } from './seed-factor.ts';

const group = (name: string, description: string, type: 'OKTA_GROUP' | 'BUILT_IN' = 'OKTA_GROUP') => ({
  id: seededId('00g', name),
  name,
  description,
  type,
});
const everyone = group('Everyone', 'All users in your organization', 'BUILT_IN');
const helpdesk = group('Helpdesk', 'People who answer the phone');
const helpdeskApprovers = group('Helpdesk approvers', 'Second approvers');
const auditors = group('Auditors', 'People who read what the helpdesk did');
const tokenHolders = group('Token holders', 'People who still have older methods');
const engineering = group('Engineering', 'People who build things');

export const groupIds = {
  everyone: everyone.id,
  helpdesk: helpdesk.id,
  helpdeskApprovers: helpdeskApprovers.id,
  auditors: auditors.id,
  engineering: engineering.id,
  tokenHolders: tokenHolders.id,
};

const roles: Readonly<Record<string, AdminRole>> = {
  [TOKEN_OWNER]: 'SUPER_ADMIN',
  [READ_ONLY_ADMIN]: 'READ_ONLY_ADMIN',
};

const app: SeededFactor = { kind: 'token:software:totp/GOOGLE' };

// The default is old enough for a call-back by the helpdesk.
const byPhone = (channel: 'sms' | 'call', phoneNumber: string, days = 90): SeededFactor => ({
  kind: `${channel}/OKTA`,
  profile: { phoneNumber },
  secret: null,
  days,
});

/** How many days ago the old phone was set up. */
const OLD_PHONE = 1500;

/** `oktaVerify`: how many days ago it was set up. `tokens`: one factor of each older or external kind. */
export const demoPeople: readonly {
  login: string;
  first: string;
  last: string;
  second?: string;
  mobile?: string;
  groups: string[];
  factors?: SeededFactor[];
  oktaVerify?: { days: number };
  tokens?: true;
}[] = [
  {
    login: 'ada@example.com',
    first: 'Ada',
    last: 'Lovelace',
    second: 'ada@home.example',
    mobile: '+15550100110',
    groups: [groupIds.engineering],
  },
  {
    login: 'grace@example.com',
    first: 'Grace',
    last: 'Hopper',
    second: 'grace@home.example',
    mobile: '+15550100120',
    groups: [groupIds.engineering],
    factors: [app, { kind: 'token:software:totp/OKTA' }],
  },
  {
    login: 'katherine@example.com',
    first: 'Katherine',
    last: 'Johnson',
    groups: [groupIds.engineering],
    factors: [{ ...app, status: 'PENDING_ACTIVATION' }],
  },
  { login: 'helpdesk@example.com', first: 'Hedy', last: 'Lamarr', groups: [groupIds.helpdesk], factors: [app] },
  {
    login: 'admin@example.com',
    first: 'Annie',
    last: 'Easley',
    second: 'annie@home.example',
    groups: [groupIds.helpdesk, groupIds.helpdeskApprovers],
    factors: [app],
  },
  {
    login: 'margaret@example.com',
    first: 'Margaret',
    last: 'Hamilton',
    second: 'margaret@home.example',
    mobile: '+15550100141',
    groups: [groupIds.engineering],
    factors: [
      {
        kind: 'question/OKTA',
        profile: { question: 'first_computer_game', questionText: 'What was the first computer game you played?' },
        secret: Buffer.from('lunar lander'),
      },
      byPhone('call', '+15550100142'),
      { kind: 'email/OKTA', profile: { email: 'margaret@example.com' }, secret: null },
      byPhone('sms', '+15550100141'),
    ],
  },
  {
    login: 'radia@example.com',
    first: 'Radia',
    last: 'Perlman',
    groups: [groupIds.engineering, tokenHolders.id],
    tokens: true,
  },
  {
    login: 'dorothy@example.com',
    first: 'Dorothy',
    last: 'Vaughan',
    mobile: '+15550100150',
    groups: [groupIds.engineering],
    oktaVerify: { days: 0 },
  },
  {
    login: 'evelyn@example.com',
    first: 'Evelyn',
    last: 'Boyd Granville',
    second: 'evelyn@home.example',
    mobile: '+15550100160',
    groups: [groupIds.engineering],
    factors: [{ ...app, days: OLD_PHONE }, byPhone('sms', '+15550100160', OLD_PHONE)],
    oktaVerify: { days: OLD_PHONE },
  },
  {
    login: READ_ONLY_ADMIN,
    first: 'Joan',
    last: 'Clarke',
    second: 'joan@home.example',
    mobile: '+15550100170',
    groups: [groupIds.engineering],
    factors: [app, byPhone('sms', '+15550100170')],
  },
  { login: 'frances@example.com', first: 'Frances', last: 'Spence', groups: [groupIds.auditors], factors: [app] },
];

/** Existing people stay unchanged. Ids are always the same. */
export async function seed(emulator: EmulatorContext, passwordHash: string): Promise<void> {
  await emulator.db.transaction().execute(async (tx) => {
    const now = emulator.clock.now();
    const dates = { created: now, last_updated: now, last_membership_updated: now };
    await tx
      .insertInto('groups')
      .values(
        [everyone, helpdesk, helpdeskApprovers, auditors, tokenHolders, engineering].map((one) => ({
          ...one,
          ...dates,
        })),
      )
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    await seedPolicies(tx, now, tokenHolders.id);
    await stockTokens(emulator, tx);
    for (const one of demoPeople) {
      const id = seededId('00u', one.login);
      const existing = await tx.selectFrom('people').select('id').where('id', '=', id).executeTakeFirst();
      if (existing) continue;
      // The account is older than all its factors, so that no address counts as new.
      const created = now - (OLD_PHONE + 30) * DAY_MS;
      const person = newPerson({
        id,
        login: one.login,
        email: one.login,
        second_email: one.second ?? null,
        first_name: one.first,
        last_name: one.last,
        mobile_phone: one.mobile ?? null,
        attributes: '{}',
        status: 'ACTIVE',
        password: passwordHash,
        password_changed: created,
        created,
        activated: created,
      });
      await addPerson(emulator, tx, person, one.groups);
      const role = roles[one.login];
      if (role) await tx.insertInto('roles').values({ person_id: id, type: role, created }).execute();
      for (const factor of one.tokens ? olderFactors(emulator, one.login) : (one.factors ?? []))
        await seedFactor(emulator, tx, person, factor);
      if (one.oktaVerify) {
        const enrolled = now - one.oktaVerify.days * DAY_MS;
        await completeFamily({ emulator, tx, person, now: enrolled }, { byPhone: true });
      }
    }
  });
}

/** Also signs everybody out. Ids of people and groups stay. */
export async function reseed(emulator: EmulatorContext, passwordHash: string): Promise<void> {
  await emulator.db.transaction().execute(async (tx) => {
    // Deleting a person also deletes their data.
    for (const table of ['people', 'groups', 'tokens', 'sent', 'sign_in_state'] as const)
      await tx.deleteFrom(table).execute();
  });
  await seed(emulator, passwordHash);
}
