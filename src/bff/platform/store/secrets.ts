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

/** Random text of `bytes` bytes as base64url. */
export const randomToken = (bytes: number): string => randomBytes(bytes).toString('base64url');

/** SHA-256 as base64url: the store keeps only this of any value that grants access. */
export const hashOf = (value: string): string => hash('sha256', value, 'base64url');

/** Whether two texts are the same, in time that does not depend on where they differ. */
export const isSameText = (one: string, other: string): boolean =>
  timingSafeEqual(hash('sha256', one, 'buffer'), hash('sha256', other, 'buffer'));

export type Sealer = ReturnType<typeof createSealer>;

const keyFor = (secret: string, purpose: string) =>
  Buffer.from(hkdfSync('sha256', secret, '', `latchkey ${purpose} v1`, 32));

/** The id of a secret's key: the first part of everything sealed under it. It does not reveal the secret. */
export const keyIdOf = (secret: string): string =>
  createHash('sha256').update(keyFor(secret, 'seal')).digest('base64url').slice(0, 8);

type SealerOptions = {
  /**
   * How long a secret opens before it seals, in milliseconds: until every portal on the store has it. Only for secrets
   * that come while the program runs, or shortly before its start.
   */
  settleMs?: number;
  /** How long ago the list of secrets was changed. */
  ageMs?: number;
  /** A clock that nobody sets, in milliseconds. */
  now?: () => number;
};

const SEALS_AFTER_MS = 120_000;

/** @param secrets newest first, so that adding a new one in front rotates; each has 32 bytes or more */
export function createSealer(
  secrets: readonly string[],
  { settleMs = SEALS_AFTER_MS, ageMs = Infinity, now = () => performance.now() }: SealerOptions = {},
) {
  const keysOf = (list: readonly string[]) =>
    list.map((secret) => ({ id: keyIdOf(secret), key: keyFor(secret, 'seal'), macKey: keyFor(secret, 'mac') }));
  let keys = keysOf(secrets);
  const macOf = (key: Buffer, id: string, value: string, context: string) =>
    createHmac('sha256', key)
      .update(JSON.stringify([id, context, value]))
      .digest();
  if (!keys[0]) throw new RangeError('a sealer needs a secret');
  /** The key that seals, and from when on the first of the list does. */
  let sealing = keys[0];
  let firstSealsAt = 0;
  if (ageMs < settleMs && keys[1]) {
    sealing = keys[1];
    firstSealsAt = now() + settleMs - ageMs;
  }
  const newest = () => {
    if (sealing !== keys[0] && now() >= firstSealsAt) sealing = keys[0]!;
    return sealing;
  };
  return {
    /**
     * Takes another list of secrets, newest first. All of them open at once. A new one at its head seals when
     * `settleMs` are over, unless the one that seals is no longer listed.
     */
    rotate(list: readonly string[]): void {
      const before = newest();
      const waiting = keys[0]!.id;
      const next = keysOf(list);
      if (!next[0]) throw new RangeError('a sealer needs a secret');
      keys = next;
      sealing = next.find(({ id }) => id === before.id) ?? next[0];
      if (next[0].id !== waiting) firstSealsAt = now() + settleMs;
    },

    /**
     * AES-256-GCM under the secret that seals. `context` (what the value is, and whose) is authenticated, and needed
     * again to open it.
     */
    seal(plain: string, context: string): string {
      const { id, key } = newest();
      const iv = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(`${id}|${context}`));
      const body = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
      return [id, ...[iv, body, cipher.getAuthTag()].map((part) => part.toString('base64url'))].join('.');
    },
    /** Opens a value sealed under any of the secrets. Returns null for a foreign, altered or moved value. */
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
    /**
     * HMAC-SHA-256 under the secret that seals, for values that are only compared. Its first part is the key's id, as in a
     * sealed value.
     */
    mac(value: string, context: string): string {
      const { id, macKey } = newest();
      return `${id}.${macOf(macKey, id, value, context).toString('base64url')}`;
    },
    /** Whether a `mac` under any of the secrets belongs to this value and context; in constant time. */
    matches(mac: string, value: string, context: string): boolean {
      const [id = '', given = ''] = mac.split('.');
      const found = keys.find((candidate) => candidate.id === id);
      if (!found) return false;
      const [ours, theirs] = [macOf(found.macKey, id, value, context), Buffer.from(given, 'base64url')];
      return ours.length === theirs.length && timingSafeEqual(ours, theirs);
    },
  };
}
