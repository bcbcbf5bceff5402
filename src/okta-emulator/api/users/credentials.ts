import type { FastifyInstance } from 'fastify';
import type { EmulatorContext } from '../../context/context.ts';
import {
  isAnswer,
  isPassword,
  meetsPolicy,
  passwordColumns,
  PASSWORD_RULE,
  recoveryColumns,
} from '../../people/credentials.ts';
import { setStatus, updatePerson } from '../../people/people.ts';
import { endSessions } from '../../people/sessions.ts';
import type { Person, PersonStatus } from '../../store/schema.ts';
import { OktaError } from '../../wire/errors.ts';
import { objectIn, optionalObject, optionalText } from '../../wire/shapes.ts';
import { readBody, readFlag } from '../request/call.ts';
import { getPerson } from '../request/person.ts';
import { assertRecovery, credentialsIn } from './create.ts';
import { linkTo } from './one-time-link.ts';
import { presentCredentials } from '../present/person.ts';

const WITH_PASSWORD: readonly PersonStatus[] = ['STAGED', 'ACTIVE', 'RECOVERY'];

const failed = (cause: string) => new OktaError('E0000014', { causes: [cause] });

/** The person can use it immediately. Throws E0000014 if the policy refuses it. */
async function setPassword(emulator: EmulatorContext, person: Person, password: string): Promise<void> {
  if (!meetsPolicy(password, person.login)) throw failed(PASSWORD_RULE);
  const columns = await passwordColumns(emulator, password);
  const becomesActive = person.status === 'RECOVERY' || person.status === 'PASSWORD_EXPIRED';
  if (becomesActive) await setStatus(emulator, person, 'ACTIVE', columns);
  else await updatePerson(emulator, emulator.db, person.id, columns);
}

export function credentialRoutes(app: FastifyInstance, emulator: EmulatorContext): void {
  const path = (name: string) => `/users/:id/credentials/${name}`;
  const readCredentials = async (id: string) =>
    presentCredentials(
      await emulator.db.selectFrom('people').selectAll().where('id', '=', id).executeTakeFirstOrThrow(),
    );

  app.post(path('change_password'), async (request) => {
    const person = await getPerson(emulator, request);
    const body = readBody(request);
    const readValue = (name: string) => optionalText(objectIn(body[name])['value']) ?? '';
    const [old, next] = [readValue('oldPassword'), readValue('newPassword')];
    if (!([...WITH_PASSWORD, 'PASSWORD_EXPIRED'] as string[]).includes(person.status) || person.password === '')
      throw new OktaError('E0000035');
    if (!(await isPassword(emulator, person, old))) throw failed('Old Password is not correct');
    await setPassword(emulator, person, next);
    if (body['revokeSessions'] === true) await endSessions(emulator, person.id, true);
    return readCredentials(person.id);
  });

  app.post(path('change_recovery_question'), async (request) => {
    const person = await getPerson(emulator, request);
    const { password = '', recovery } = credentialsIn(readBody(request));
    if (!WITH_PASSWORD.includes(person.status) || person.password === '') throw new OktaError('E0000036');
    assertRecovery(recovery ?? { question: '', answer: '' });
    if (!(await isPassword(emulator, person, password))) throw failed('Password is not correct');
    if (recovery) await updatePerson(emulator, emulator.db, person.id, await recoveryColumns(emulator, recovery));
    return readCredentials(person.id);
  });

  app.post(path('forgot_password'), async (request) => {
    const person = await getPerson(emulator, request);
    // On Identity Engine, a person without a question can prove who they are in another way.
    const provable = emulator.engine === 'oie' || person.recovery_question !== null;
    if (person.status !== 'ACTIVE' || !provable) throw new OktaError('E0000034');
    return readFlag(request, 'sendEmail', true)
      ? {}
      : { resetPasswordUrl: linkTo(emulator, 'signin/reset-password').href };
  });

  app.post(path('forgot_password_recovery_question'), async (request) => {
    const person = await getPerson(emulator, request);
    const body = readBody(request);
    const answer = optionalText(optionalObject(body['recovery_question'])?.['answer']) ?? '';
    if (!['ACTIVE', 'RECOVERY'].includes(person.status) || person.recovery_question === null)
      throw new OktaError('E0000034');
    if (!(await isAnswer(emulator, person, answer))) throw new OktaError('E0000087');
    await setPassword(emulator, person, credentialsIn(body).password ?? '');
    return readCredentials(person.id);
  });
}
