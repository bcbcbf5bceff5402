import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  hash,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';

/** As base64url. */
export const randomToken = (bytes: number): string => randomBytes(bytes).toString('base64url');

/** As base64url. The store keeps this hash instead of a value that grants access. */
export const sha256 = (value: string): string => hash('sha256', value, 'base64url');

/** Takes constant time. */
export const isSameText = (one: string, other: string): boolean =>
  timingSafeEqual(hash('sha256', one, 'buffer'), hash('sha256', other, 'buffer'));

export type Sealer = ReturnType<typeof createSealer>;

const keyFor = (secret: string, purpose: string) =>
  Buffer.from(hkdfSync('sha256', secret, '', `latchkey ${purpose} v1`, 32));

/** Everything encrypted under the key begins with this id, which does not reveal the secret. */
export const getKeyId = (secret: string): string =>
  createHash('sha256').update(keyFor(secret, 'seal')).digest('base64url').slice(0, 8);

/** `secrets`: at least 32 bytes each. The first encrypts, all decrypt. */
export function createSealer(secrets: readonly string[]) {
  const keys = secrets.map((secret) => ({
    id: getKeyId(secret),
    key: keyFor(secret, 'seal'),
    macKey: keyFor(secret, 'mac'),
  }));
  const [first] = keys;
  if (!first) throw new RangeError('a sealer needs a secret');
  const createMac = (key: Buffer, id: string, value: string, context: string) =>
    createHmac('sha256', key)
      .update(JSON.stringify([id, context, value]))
      .digest();
  return {
    /**
     * AES-256-GCM under the first secret. `context` names the value's kind and its owner. `open` needs the same
     * context.
     */
    seal(plain: string, context: string): string {
      const { id, key } = first;
      const iv = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(`${id}|${context}`));
      const body = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
      return [id, ...[iv, body, cipher.getAuthTag()].map((part) => part.toString('base64url'))].join('.');
    },
    /** Accepts a value under any of the secrets. Returns null for an altered value or another context. */
    open(sealed: string, context: string): string | null {
      const [id, iv, body, tag] = sealed.split('.');
      const found = keys.find((candidate) => candidate.id === id);
      if (!found || !iv || body === undefined || !tag) return null;
      try {
        const decipher = createDecipheriv('aes-256-gcm', found.key, Buffer.from(iv, 'base64url'), { authTagLength: 16 })
          .setAAD(Buffer.from(`${id}|${context}`))
          .setAuthTag(Buffer.from(tag, 'base64url'));
        return Buffer.concat([decipher.update(Buffer.from(body, 'base64url')), decipher.final()]).toString('utf8');
      } catch {
        return null;
      }
    },
    /** HMAC-SHA-256 under the first secret, for values that are only compared. Begins with the key's id. */
    mac(value: string, context: string): string {
      const { id, macKey } = first;
      return `${id}.${createMac(macKey, id, value, context).toString('base64url')}`;
    },
    /** Accepts a `mac` under any of the secrets. Compares in constant time. */
    matches(mac: string, value: string, context: string): boolean {
      const [id = '', given = ''] = mac.split('.');
      const found = keys.find((candidate) => candidate.id === id);
      if (!found) return false;
      const [expected, givenMac] = [createMac(found.macKey, id, value, context), Buffer.from(given, 'base64url')];
      return expected.length === givenMac.length && timingSafeEqual(expected, givenMac);
    },
  };
}
