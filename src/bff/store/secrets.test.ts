import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { createSealer } from './secrets.ts';

const fresh = () => randomBytes(32).toString('base64url');

it('opens what it sealed, for the same owner only', () => {
  const sealer = createSealer([fresh()]);
  const sealed = sealer.seal('an id token', 'id token ada');
  expect(sealed).not.toContain('an id token');
  expect(sealer.open(sealed, 'id token ada')).toBe('an id token');
  expect(sealer.open(sealed, 'id token grace')).toBeNull();
  expect(createSealer([fresh()]).open(sealed, 'id token ada')).toBeNull();
});

it('refuses every flipped character and every cut', () => {
  const sealer = createSealer([fresh()]);
  const sealed = sealer.seal('x'.repeat(20), 'c');
  const bytes = (text: string) => text.split('.').map((part, index) => (index ? Buffer.from(part, 'base64url').toString('hex') : part)).join('.');
  let tried = 0;
  for (let at = 0; at < sealed.length; at++) {
    const flipped = `${sealed.slice(0, at)}${sealed[at] === 'A' ? 'Q' : 'A'}${sealed.slice(at + 1)}`;
    // The last character of a part may carry bits that encode nothing.
    if (bytes(flipped) === bytes(sealed)) continue;
    tried += 1;
    expect(sealer.open(flipped, 'c'), `character ${at}`).toBeNull();
  }
  expect(tried).toBeGreaterThan(60);
  for (const cut of [1, 5, 23, sealed.length - 30]) expect(sealer.open(sealed.slice(0, -cut), 'c')).toBeNull();
  for (const junk of ['', '.', '...', 'a.b.c', 'a.b.c.d']) expect(sealer.open(junk, 'c')).toBeNull();
});

it('rotates: the newest seals, all open', () => {
  const old = fresh();
  const sealed = createSealer([old]).seal('kept', 'c');
  const both = createSealer([fresh(), old]);
  expect(both.open(sealed, 'c')).toBe('kept');
  expect(createSealer([old]).open(both.seal('new', 'c'), 'c')).toBeNull();
});
