import { wireDate } from '../../wire/ids.ts';
import { factorsIn } from '../../store/factor-rows.ts';
import type { FactorRow } from '../../store/schema.ts';
import type { About, Enrolled, EnrollContext, Json, OnFactor, Verdict } from '../kind/kind.ts';
import { link } from '../kind/link.ts';
import { qrToken } from '../qr/token.ts';
import { completeFamily } from './family.ts';

const ACTIVATION_LIFE = 10 * 60 * 1000;

/** When the QR code and links of a pending factor expire: ten minutes after each start and each sent link. */
export function activationEnd({ last_updated }: Pick<FactorRow, 'last_updated'>): number {
  return last_updated + ACTIVATION_LIFE;
}

type Below = OnFactor['below'];
type Shown = { poll?: boolean; qrcode?: string };

/** A pending enrollment in Okta's format. `poll` and `qrcode`: links besides the send links, which it always has. */
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

/** Starts enrolling Okta Verify. The secret in the QR code is valid only for this start. */
export function startActivation({ emulator, id, now, below }: EnrollContext): Enrolled {
  const secret = emulator.random(32);
  return {
    status: 'PENDING_ACTIVATION',
    profile: null,
    secret,
    activation: waiting(below, now, { qrcode: qrToken(secret, id) }),
  };
}

/** `lifecycle/activate` without a code restarts the enrollment with a new QR code. The old code becomes invalid. */
export async function restartActivation({ emulator, tx, row, now, below }: OnFactor): Promise<Verdict> {
  const secret = emulator.random(32);
  const next = { secret: secret.toString('base64url'), last_updated: now };
  await tx.updateTable('factors').set(next).where('id', '=', row.id).execute();
  return { outcome: 'answered', answer: waiting(below, now, { poll: true, qrcode: qrToken(secret, row.id) }) };
}

/** `lifecycle/activate/poll`: the factor after a phone has finished; before that, the enrollment's state. */
export function pollActivation({ row, now, below, present }: OnFactor): Json {
  if (row.status === 'ACTIVE') return present(row);
  if (now >= activationEnd(row))
    return { factorResult: 'TIMEOUT', _links: { activate: link(below('/lifecycle/activate'), 'POST') } };
  return waiting(below, row.last_updated, {});
}

/**
 * Runs when a phone has used the QR code or the link. Activates the pending push factor and the factors that the engine
 * enrolls with it.
 * @returns false if the enrollment expired or was restarted, or if another phone has already finished it
 */
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
