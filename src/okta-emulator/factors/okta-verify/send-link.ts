import { OktaError, invalid } from '../../wire/errors.ts';
import { deliver } from '../../people/inbox.ts';
import type { Json, OnFactor } from '../kind/kind.ts';
import { e164 } from '../phones/number.ts';
import { qrToken } from '../qr/token.ts';
import { takeTurn } from '../kind/sent-code.ts';
import { countResend } from '../kind/tries.ts';
import { waiting } from './activation.ts';
import { setUpUri } from './uri.ts';

function phoneIn(profile: unknown): string {
  const number = e164((profile as { phoneNumber?: unknown } | null | undefined)?.phoneNumber);
  if (!number) throw invalid('factorActivationRequest', 'Invalid Phone Number.');
  return number;
}

/** The message is also counted as a resend. Throws E0000233 for an SMS on a free org. */
export async function sendSetUpLink({
  emulator,
  tx,
  person,
  row,
  secret,
  now,
  body,
  below,
  present,
  channel,
}: OnFactor & { channel: 'sms' | 'email' }): Promise<Json> {
  if (channel === 'sms' && emulator.freeOrg) throw new OktaError('E0000233');
  const recipient = channel === 'sms' ? phoneIn(body.profile) : person.email;
  if (!secret) throw new OktaError('E0000107');
  await countResend(tx, person, now);
  await takeTurn({ emulator, tx, now }, channel, recipient);
  const text = `Set up Okta Verify\n\nOpen this on your phone: ${setUpUri(emulator, row.id, { token: qrToken(secret, row.id) })}\nIt is good for 10 minutes.`;
  await deliver({ emulator, tx, now }, { person, channel, recipient, text, code: null });
  await tx.updateTable('factors').set({ last_updated: now }).where('id', '=', row.id).execute();
  return present({ ...row, last_updated: now }, waiting(below, now, {}));
}
