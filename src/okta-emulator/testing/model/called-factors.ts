import { isSent, type Factor } from './parts.ts';

/** Only the fields that the model reads. */
export type Wire = {
  id?: string;
  status?: string;
  factorType?: string;
  provider?: string;
  factorResult?: string;
  errorCode?: string;
  _links?: { poll?: { href: string }; resetFactors?: object };
  _embedded?: {
    activation?: { sharedSecret?: string; challenge?: string };
    challenge?: { challenge?: string; correctAnswer?: number };
  };
};

export const meant: Record<string, (factor: Factor) => boolean> = {
  activate: ({ status, kind }) => status === 'PENDING_ACTIVATION' && kind !== 'push',
  resend: ({ status, kind }) => status === 'PENDING_ACTIVATION' && isSent(kind),
  verify: ({ status, kind }) => status === 'ACTIVE' && kind !== 'push' && kind !== 'fastPass',
  challenge: ({ status, kind }) => status === 'ACTIVE' && (isSent(kind) || kind === 'key' || kind === 'push'),
  poll: ({ kind }) => kind === 'push',
  transaction: ({ kind }) => kind === 'push',
  change: ({ kind }) => kind === 'question',
  remove: () => true,
};
