import { wireDate } from '../../wire/ids.ts';
import { factorsIn } from '../../store/factor-rows.ts';
import type { FactorRow } from '../../store/schema.ts';
import type { About, Enrolled, EnrollContext, Json, OnFactor, Verdict } from '../kind/kind.ts';
import { link } from '../kind/link.ts';
import { qrToken } from '../qr/token.ts';
import { completeFamily } from './family.ts';

const ACTIVATION_LIFE = 10 * 60 * 1000;

/** Ten minutes after the last start or sent link, in milliseconds since 1970. */
export function activationEnd({ last_updated }: Pick<FactorRow, 'last_updated'>): number {
  return last_updated + ACTIVATION_LIFE;
}

type Below = OnFactor['below'];
type Shown = { poll?: boolean; qrcode?: string };

export function waiting(below: Below, from: number, { poll, qrcode }: Shown): Json {
  const send = (name: string) => ({ name, ...link(below(`/lifecycle/activate/${name}`), 'POST') });
  return {
    expiresAt: wireDate(activationEnd({ last_updated: from })),
    factorResult: 'WAITING',
    _links: {
      ...(poll && { poll: link(below('/lifecycle/activate/poll'), 'POST') }),
      ...(qrcode && { qrcode: { href: below(`/qr/${qrcode}`), type: 'image/png' } }),
      send: [send('email'), send('sms')],
    },
  };
}

/** The secret in the QR code is valid only for this start. */
export function startActivation({ emulator, id, now, below }: EnrollContext): Enrolled {
  const secret = emulator.random(32);
  return {
    status: 'PENDING_ACTIVATION',
    profile: null,
    secret,
    activation: waiting(below, now, { qrcode: qrToken(secret, id) }),
  };
}

/** `lifecycle/activate` without a code makes the old QR code invalid. */
export async function restartActivation({ emulator, tx, row, now, below }: OnFactor): Promise<Verdict> {
  const secret = emulator.random(32);
  const next = { secret: secret.toString('base64url'), last_updated: now };
  await tx.updateTable('factors').set(next).where('id', '=', row.id).execute();
  return { outcome: 'answered', answer: waiting(below, now, { poll: true, qrcode: qrToken(secret, row.id) }) };
}

export function pollActivation({ row, now, below, present }: OnFactor): Json {
  if (row.status === 'ACTIVE') return present(row);
  if (now >= activationEnd(row))
    return { factorResult: 'TIMEOUT', _links: { activate: link(below('/lifecycle/activate'), 'POST') } };
  return waiting(below, row.last_updated, {});
}

/** @returns false if the enrollment has expired, was restarted, or is already finished */
export async function finishActivation(
  input: Pick<About, 'emulator' | 'tx' | 'person' | 'now'>,
  factorId: string,
): Promise<boolean> {
  const { tx, person, now } = input;
  const row = await factorsIn(tx, person.id).where('id', '=', factorId).executeTakeFirst();
  if (row?.status !== 'PENDING_ACTIVATION' || row.kind !== 'push/OKTA' || now >= activationEnd(row)) return false;
  await completeFamily(input, { byPhone: true });
  return true;
}
