import type { Kysely } from 'kysely';
import { OktaError, invalid } from '../wire/errors.ts';
import type { EmulatorContext } from '../context/context.ts';
import type { FactorRow, Person, Tables } from '../store/schema.ts';
import { aboutFactor, aboutPerson, emptyCall, personNow, type FactorCall } from './about.ts';
import { getFactor } from './person-factors.ts';
import type { Json, Kind, OnFactor, Soon } from './kind/kind.ts';
import { assertChangeable, assertProvable } from './person-state.ts';
import { presentFactor } from './present.ts';
import { kindNamed } from './registry.ts';
import { remember } from './rows.ts';
import { countResend } from './kind/tries.ts';

type Hook = 'pollActivation' | 'sendLink' | 'resend' | 'change' | 'readTransaction' | 'cancelTransaction' | 'qr';

/** @param allowed a function that throws if the person may not call the hook */
async function withHook<Name extends Hook, T>(
  emulator: EmulatorContext,
  { person: given, factorId, call }: FactorCall,
  hook: Name,
  allowed: (person: Person) => void,
  work: (run: NonNullable<Kind[Name]>, input: OnFactor, tx: Kysely<Tables>) => Soon<T>,
): Promise<T> {
  return emulator.db.transaction().execute(async (tx) => {
    const person = await personNow(tx, given);
    allowed(person);
    const row = await getFactor(emulator, tx, person, factorId);
    const run = kindNamed(row.kind)[hook];
    if (!run) throw new OktaError('E0000008');
    return work(run, aboutFactor(aboutPerson(emulator, tx, person, call), row), tx);
  });
}

const anyone = () => {};

function assertPending(row: FactorRow): void {
  if (row.status !== 'PENDING_ACTIVATION') throw new OktaError('E0000107');
}

/** Returns the factor once it is active. */
export const pollActivation = (emulator: EmulatorContext, given: FactorCall): Promise<Json> =>
  withHook(emulator, given, 'pollActivation', assertProvable, (poll, input) => poll(input));

/** @throws E0000107 if the factor is already active */
export const sendLink = (emulator: EmulatorContext, given: FactorCall, channel: 'sms' | 'email'): Promise<Json> =>
  withHook(emulator, given, 'sendLink', assertProvable, (send, input) => {
    assertPending(input.row);
    return send({ ...input, channel });
  });

/** Throws 429 E0000047 for the sixth resend in 5 min. A resend that comes too soon after a code is not counted. */
export const resendCode = (emulator: EmulatorContext, given: FactorCall): Promise<Json> =>
  withHook(emulator, given, 'resend', assertProvable, async (resend, input, tx) => {
    const { row, now } = input;
    if (row.status !== 'PENDING_ACTIVATION') throw invalid('factorResendRequest', 'The factor is active already.');
    await countResend(tx, input.person, now);
    await remember(input, row, 'activate', await resend(input));
    await tx.updateTable('factors').set({ last_updated: now }).where('id', '=', row.id).execute();
    return presentFactor(emulator, { ...row, last_updated: now });
  });

/** Only security questions can be changed. */
export const changeFactor = (emulator: EmulatorContext, given: FactorCall): Promise<Json> =>
  withHook(emulator, given, 'change', assertChangeable, async (change, input, tx) => {
    const { row, now } = input;
    const to = await change(input);
    if (to.cause !== undefined) throw invalid('factorEnrollRequest', to.cause);
    const secret = to.secret.toString('base64url');
    const next = { ...row, profile: JSON.stringify(to.profile), secret, last_updated: now };
    await tx.updateTable('factors').set(next).where('id', '=', row.id).execute();
    return presentFactor(emulator, next);
  });

export const readTransaction = (emulator: EmulatorContext, given: FactorCall, transactionId: string): Promise<Json> =>
  withHook(emulator, given, 'readTransaction', anyone, (read, input) => read({ ...input, transactionId }));

export const cancelTransaction = (emulator: EmulatorContext, given: FactorCall, transactionId: string): Promise<void> =>
  withHook(emulator, given, 'cancelTransaction', assertChangeable, (cancel, input) =>
    cancel({ ...input, transactionId }),
  );

/** The token in the path authorizes the request. Throws E0000008 for a wrong token. */
export const qrImage = (emulator: EmulatorContext, person: Person, factorId: string, token: string): Promise<Buffer> =>
  withHook(emulator, { person, factorId, call: emptyCall() }, 'qr', anyone, async (qr, input) => {
    const image = await qr({ ...input, token });
    if (!image) throw new OktaError('E0000008');
    return image;
  });
