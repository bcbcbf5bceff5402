import { createHash, randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { createSealer, getKeyId } from './secrets.ts';

const fresh = () => randomBytes(32).toString('base64url');

it('opens what it sealed, for the same owner only', () => {
  const sealer = createSealer([fresh()]);
  const sealed = sealer.seal('an id token', 'id token ada');
  expect(sealed).not.toContain('an id token');
  expect(sealer.open(sealed, 'id token ada')).toBe('an id token');
  expect(sealer.open(sealed, 'id token grace')).toBeNull();
  expect(createSealer([fresh()]).open(sealed, 'id token ada')).toBeNull();
});

it('refuses every changed character and every cut', () => {
  const sealer = createSealer([fresh()]);
  const sealed = sealer.seal('x'.repeat(20), 'c');
  const bytes = (text: string) =>
    text
      .split('.')
      .map((part, index) => (index ? Buffer.from(part, 'base64url').toString('hex') : part))
      .join('.');
  let tried = 0;
  for (let at = 0; at < sealed.length; at++) {
    const flipped = `${sealed.slice(0, at)}${sealed[at] === 'A' ? 'Q' : 'A'}${sealed.slice(at + 1)}`;
    // Unused bits of a part's last character may change without changing the bytes.
    if (bytes(flipped) === bytes(sealed)) continue;
    tried += 1;
    expect(sealer.open(flipped, 'c'), `character ${at}`).toBeNull();
  }
  expect(tried).toBeGreaterThan(60);
  for (const cut of [1, 5, 23, sealed.length - 30]) expect(sealer.open(sealed.slice(0, -cut), 'c')).toBeNull();
  for (const junk of ['', '.', '...', 'a.b.c', 'a.b.c.d']) expect(sealer.open(junk, 'c')).toBeNull();
});

it('the first secret seals, all open', () => {
  const old = fresh();
  const sealed = createSealer([old]).seal('kept', 'c');
  const both = createSealer([fresh(), old]);
  expect(both.open(sealed, 'c')).toBe('kept');
  expect(createSealer([old]).open(both.seal('new', 'c'), 'c')).toBeNull();
  expect(() => createSealer([])).toThrow(RangeError);
});

it('[F13] an HMAC belongs to one value and context, has its own key, and stays valid after a rotation', () => {
  const [old, next] = [fresh(), fresh()];
  const mac = createSealer([old]).mac('BFHKMQRWXY234567', 'recovery code ada');
  expect(createSealer([old]).mac('BFHKMQRWXY234567', 'recovery code ada')).toBe(mac);
  const both = createSealer([next, old]);
  const matches = (value: string, context: string, sealer = both) => sealer.matches(mac, value, context);
  expect([
    matches('BFHKMQRWXY234567', 'recovery code ada'),
    matches('BFHKMQRWXY234566', 'recovery code ada'),
    matches('BFHKMQRWXY234567', 'recovery code grace'),
  ]).toEqual([true, false, false]);
  expect(createSealer([next]).matches(mac, 'BFHKMQRWXY234567', 'recovery code ada')).toBe(false);
  for (const junk of ['', '.', `${getKeyId(old)}.`, `${getKeyId(old)}.AAAA`, mac.slice(0, -4)])
    expect(both.matches(junk, 'BFHKMQRWXY234567', 'recovery code ada')).toBe(false);
  // Without the secret, an attacker with the table cannot try out codes.
  expect(mac).not.toContain(createHash('sha256').update('BFHKMQRWXY234567').digest('base64url'));
});

it('[F13] refuses swapped rows: what is sealed for one owner does not open for another', () => {
  const sealer = createSealer([fresh()]);
  const [ada, grace] = [sealer.seal('a', 'recovery code ada'), sealer.seal('g', 'recovery code grace')];
  expect([sealer.open(grace, 'recovery code ada'), sealer.open(ada, 'recovery code grace')]).toEqual([null, null]);
});

it('the first part of a sealed value or HMAC is its secret’s id, which reveals nothing', () => {
  const secret = fresh();
  const sealer = createSealer([secret]);
  expect([sealer.seal('x', 'c').split('.')[0], sealer.mac('x', 'c').split('.')[0]]).toEqual([
    getKeyId(secret),
    getKeyId(secret),
  ]);
  expect(getKeyId(secret)).toMatch(/^[\w-]{8}$/);
});
