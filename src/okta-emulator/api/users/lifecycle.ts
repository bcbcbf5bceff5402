import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { EmulatorContext } from '../../context/context.ts';
import { resetFactors } from '../../factors/remove.ts';
import { passwordColumns } from '../../people/credentials.ts';
import { setStatus } from '../../people/people.ts';
import { endSessions } from '../../people/sessions.ts';
import { PERSON_STATUSES, type Person, type PersonStatus } from '../../store/schema.ts';
import { invalid, OktaError } from '../../wire/errors.ts';
import { encodeBase32 } from '../../wire/base32.ts';
import { readFlag } from '../request/call.ts';
import { getPerson } from '../request/person.ts';
import { linkTo } from './one-time-link.ts';
import { presentAlone } from '../present/person.ts';

type Change = {
  from: readonly PersonStatus[];
  to(person: Person): PersonStatus;
  /** The error for any other status. Default: E0000038. */
  otherwise?(person: Person): OktaError;
};

const otherThan = (...statuses: PersonStatus[]) => PERSON_STATUSES.filter((one) => !statuses.includes(one));
const always = (status: PersonStatus) => () => status;
const expirable: readonly PersonStatus[] = ['ACTIVE', 'PASSWORD_EXPIRED', 'RECOVERY', 'LOCKED_OUT'];

const changes: Record<string, Change> = {
  suspend: {
    from: ['ACTIVE'],
    to: always('SUSPENDED'),
    otherwise: () => invalid('user', 'Cannot suspend a user that is not active'),
  },
  unsuspend: {
    from: ['SUSPENDED'],
    to: always('ACTIVE'),
    otherwise: () => invalid('user', 'Cannot unsuspend a user that is not suspended'),
  },
  unlock: {
    from: ['LOCKED_OUT'],
    to: always('ACTIVE'),
    otherwise: () => new OktaError('E0000032', { causes: ['The user is not locked out.'] }),
  },
  deactivate: { from: otherThan('DEPROVISIONED'), to: always('DEPROVISIONED') },
};

export function lifecycleRoutes(app: FastifyInstance, emulator: EmulatorContext): void {
  const path = (name: string) => `/users/:id/lifecycle/${name}`;
  const changed = async (request: FastifyRequest, { from, to, otherwise }: Change, columns: Partial<Person> = {}) => {
    const person = await getPerson(emulator, request);
    if (!from.includes(person.status)) throw otherwise?.(person) ?? new OktaError('E0000038');
    await setStatus(emulator, person, to(person), columns);
    return person;
  };
  for (const [name, change] of Object.entries(changes)) {
    app.post(path(name), async (request) => {
      await changed(request, change);
      return {};
    });
  }

  app.post(path('activate'), async (request) => {
    await changed(request, {
      from: ['STAGED', 'DEPROVISIONED'],
      to: ({ password }) => (password === '' ? 'PROVISIONED' : 'ACTIVE'),
      otherwise: ({ status }) => new OktaError(status === 'ACTIVE' ? 'E0000016' : 'E0000038'),
    });
    if (readFlag(request, 'sendEmail', true)) return {};
    const { href: activationUrl, token: activationToken } = linkTo(emulator, 'welcome');
    return { activationUrl, activationToken };
  });

  const expire = { from: expirable, to: always('PASSWORD_EXPIRED') } satisfies Change;
  const expireWithPassword = async (request: FastifyRequest) => {
    const tempPassword = `${encodeBase32(emulator.random(6))}a1`;
    const { id } = await changed(request, expire, await passwordColumns(emulator, tempPassword));
    if (readFlag(request, 'revokeSessions')) await endSessions(emulator, id, true);
    return { tempPassword };
  };
  app.post(path('expire_password'), async (request) => {
    // An older way to call `expire_password_with_temp_password`.
    if (readFlag(request, 'tempPassword')) return expireWithPassword(request);
    await changed(request, expire);
    return presentAlone(emulator, await getPerson(emulator, request));
  });
  app.post(path('expire_password_with_temp_password'), expireWithPassword);
  app.post(path('reset_password'), async (request) => {
    const { id } = await changed(request, {
      from: otherThan('STAGED', 'SUSPENDED', 'DEPROVISIONED'),
      to: always('RECOVERY'),
    });
    if (readFlag(request, 'revokeSessions')) await endSessions(emulator, id, true);
    return readFlag(request, 'sendEmail', true) ? {} : { resetPasswordUrl: linkTo(emulator, 'reset_password').href };
  });

  app.post(path('reset_factors'), async (request) => {
    await resetFactors(emulator, await getPerson(emulator, request), {
      removeRecoveryEnrollment: readFlag(request, 'removeRecoveryEnrollment'),
    });
    return {};
  });
}
