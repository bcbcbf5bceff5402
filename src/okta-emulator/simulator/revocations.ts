import { SimulatorError } from './refusal.ts';

export type Revocations = {
  /** A client secret, an API token, or the `kid` of a service app's key. */
  revoke(credential: unknown): void;
  has(credential: string): boolean;
  clear(): void;
};

export function createRevocations(): Revocations {
  const revoked = new Set<string>();
  return {
    revoke(credential) {
      if (typeof credential !== 'string' || credential === '')
        throw new SimulatorError(400, 'revoke is a client secret, an API token, or the kid of a key');
      revoked.add(credential);
    },
    has: (credential) => revoked.has(credential),
    clear: () => revoked.clear(),
  };
}
