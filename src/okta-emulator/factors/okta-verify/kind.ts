import { elsewhere } from '../elsewhere/kinds.ts';
import type { Kind } from '../kind/kind.ts';
import { qrPng } from '../qr/image.ts';
import { isQrToken } from '../qr/token.ts';
import { activationEnd, pollActivation, restartActivation, startActivation } from './activation.ts';
import { removedWith } from './family.ts';
import { cancelPush, pushStatus, sendPush } from './push.ts';
import { sendSetUpLink } from './send-link.ts';
import { setUpUri } from './uri.ts';

export const push: Kind = {
  factorType: 'push',
  provider: 'OKTA',
  idPrefix: 'opf',
  offeredBy: ['classic', 'oie'],
  links: { PENDING_ACTIVATION: ['poll'], ACTIVE: ['verify'] },
  answerFields: [],
  signIn: { kind: 'push', amr: 'swk', title: ({ name }) => `A push to ${String(name)}` },
  removesAlong: removedWith,
  enroll: startActivation,
  activate: restartActivation,
  pollActivation,
  sendLink: sendSetUpLink,
  challenge: sendPush,
  readTransaction: pushStatus,
  cancelTransaction: cancelPush,
  qr({ emulator, row, secret, now, token }) {
    const open = row.status === 'PENDING_ACTIVATION' && now < activationEnd(row);
    return open && secret && isQrToken(token, secret, row.id)
      ? qrPng(setUpUri(emulator, row.id, { token }))
      : undefined;
  },
};

export const fastPass: Kind = { ...elsewhere('signed_nonce', 'OKTA', 'crp'), removesAlong: removedWith };
