import type { EmulatorContext } from '../../context/context.ts';
import type { Json } from '../../factors/kind/kind.ts';
import { personHref } from '../../factors/kind/link.ts';
import { hasCountingFactor } from '../../factors/person-factors.ts';
import { getProfile } from '../../people/profile.ts';
import type { Person, PersonStatus } from '../../store/schema.ts';
import { wireDate } from '../../wire/ids.ts';

const presentDate = (time: number | null) => (time === null ? null : wireDate(time));

/** As at Okta, the answer lacks the password and the recovery answer. */
export function presentCredentials(person: Person): Json {
  return {
    ...(person.password !== '' && { password: {} }),
    ...(person.recovery_question !== null && { recovery_question: { question: person.recovery_question } }),
    provider: JSON.parse(person.provider) as Json,
  };
}

function presentPerson(person: Person): Json {
  const emails = [{ value: person.email, status: 'VERIFIED', type: 'PRIMARY' }];
  if (person.second_email) emails.push({ value: person.second_email, status: 'VERIFIED', type: 'SECONDARY' });
  const { password, ...others } = presentCredentials(person);
  return {
    id: person.id,
    status: person.status,
    created: wireDate(person.created),
    activated: presentDate(person.activated),
    statusChanged: presentDate(person.status === 'STAGED' ? null : person.status_changed),
    lastLogin: presentDate(person.last_login),
    lastUpdated: wireDate(person.last_updated),
    passwordChanged: presentDate(person.password_changed),
    type: { id: 'oty1a2b3c4d5e6f7g5d7' },
    profile: getProfile(person),
    credentials: { ...(password !== undefined && { password }), emails, ...others },
  };
}

export const presentInList = (emulator: EmulatorContext, person: Person): Json => ({
  ...presentPerson(person),
  _links: { self: { href: personHref(emulator, person.id) } },
});

const SIGNS_IN: readonly PersonStatus[] = ['ACTIVE', 'PASSWORD_EXPIRED', 'RECOVERY', 'LOCKED_OUT'];

export async function presentAlone(emulator: EmulatorContext, person: Person): Promise<Json> {
  const self = personHref(emulator, person.id);
  const post = (path: string) => ({ href: `${self}${path}`, method: 'POST' });
  const { status } = person;
  const signsIn = SIGNS_IN.includes(status);
  const hasPassword = signsIn && person.password !== '';
  const resettable = status === 'SUSPENDED' || (signsIn && status !== 'LOCKED_OUT');
  const counts = resettable && (await hasCountingFactor(emulator, person.id));
  const links = {
    ...(signsIn && { suspend: post('/lifecycle/suspend'), resetPassword: post('/lifecycle/reset_password') }),
    ...(counts && { resetFactors: post('/lifecycle/reset_factors') }),
    ...(hasPassword && {
      expirePassword: post('/lifecycle/expire_password'),
      forgotPassword: post('/credentials/forgot_password'),
      changeRecoveryQuestion: post('/credentials/change_recovery_question'),
      changePassword: post('/credentials/change_password'),
    }),
    ...(status === 'SUSPENDED' && { unsuspend: post('/lifecycle/unsuspend') }),
    ...(status === 'LOCKED_OUT' && { unlock: post('/lifecycle/unlock') }),
    ...((status === 'DEPROVISIONED' || status === 'STAGED') && { activate: post('/lifecycle/activate') }),
    ...(status !== 'DEPROVISIONED' && status !== 'STAGED' && { deactivate: post('/lifecycle/deactivate') }),
    self: { href: self },
    schema: { href: `${emulator.url}/api/v1/meta/schemas/user/default` },
    type: { href: `${emulator.url}/api/v1/meta/types/user/default` },
  };
  return { ...presentPerson(person), _links: links };
}
