import { createCipheriv, createDecipheriv } from 'node:crypto';
import type { Random } from '../wire/ids.ts';

/** A key that seals secrets at rest. `key` is 32 bytes. */
export type SealingKey = { id: string; key: Buffer };

/** The owner of a secret. A sealed secret opens for this person and factor only. */
export type SecretOwner = { personId: string; factorId: string };

export type Vault = {
  /** Encrypts with the newest key. Gives text that names the key. */
  seal(secret: Buffer, owner: SecretOwner): string;
  /** Decrypts. Throws an Error when the text was changed, belongs to another owner, or its key is missing. */
  open(sealed: string, owner: SecretOwner): Buffer;
};

/**
 * AES-256-GCM with random 96-bit nonces (NIST SP 800-38D section 8.2.2). Key id, person and factor are associated data,
 * so a row copied to another person or factor does not open.
 * @param keys newest first: the first seals, all of them open, so keys can be rotated
 */
export function createVault(keys: readonly SealingKey[], random: Random): Vault {
  const [newest] = keys;
  if (!newest) throw new Error('a vault needs at least one key');
  const associated = (keyId: string, owner: SecretOwner) =>
    Buffer.from(JSON.stringify([keyId, owner.personId, owner.factorId]));
  return {
    seal(secret, owner) {
      const nonce = random(12);
      const cipher = createCipheriv('aes-256-gcm', newest.key, nonce).setAAD(associated(newest.id, owner));
      const body = Buffer.concat([cipher.update(secret), cipher.final()]);
      return [newest.id, ...[nonce, body, cipher.getAuthTag()].map((part) => part.toString('base64url'))].join('.');
    },
    open(sealed, owner) {
      const [keyId = '', nonce = '', body = '', tag = ''] = sealed.split('.');
      const found = keys.find((key) => key.id === keyId);
      if (!found) throw new Error(`no key named ${keyId} to open a secret with`);
      const decipher = createDecipheriv('aes-256-gcm', found.key, Buffer.from(nonce, 'base64url'), {
        authTagLength: 16,
      })
        .setAAD(associated(keyId, owner))
        .setAuthTag(Buffer.from(tag, 'base64url'));
      return Buffer.concat([decipher.update(Buffer.from(body, 'base64url')), decipher.final()]);
    },
  };
}
