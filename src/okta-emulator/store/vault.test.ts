import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createVault } from './vault.ts';

const key = (id: string) => ({ id, key: randomBytes(32) });
const ada = { personId: '00uAda', factorId: 'uft1' };
const secret = Buffer.from('12345678901234567890');

describe('the vault', () => {
  it('opens what it sealed, and seals it differently every time', () => {
    const vault = createVault([key('k1')], randomBytes);
    const [one, two] = [vault.seal(secret, ada), vault.seal(secret, ada)];
    expect(one).not.toBe(two);
    expect(vault.open(one, ada)).toEqual(secret);
    expect(one).not.toContain(secret.toString('base64url'));
  });

  it.each([
    ['another person', { ...ada, personId: '00uGrace' }],
    ['another factor', { ...ada, factorId: 'uft2' }],
  ])('does not open a secret under %s', (_, owner) => {
    const vault = createVault([key('k1')], randomBytes);
    expect(() => vault.open(vault.seal(secret, ada), owner)).toThrow();
  });

  it('does not open a secret with a flipped bit in any part', () => {
    const vault = createVault([key('k1')], randomBytes);
    const parts = vault.seal(secret, ada).split('.');
    for (const index of [1, 2, 3]) {
      const bytes = Buffer.from(parts[index] ?? '', 'base64url');
      bytes[0] = (bytes[0] ?? 0) ^ 1;
      expect(() => vault.open(parts.with(index, bytes.toString('base64url')).join('.'), ada)).toThrow();
    }
  });

  it('rotates: the newest key seals, older ones open, a lost one does not', () => {
    const [older, newer] = [key('k1'), key('k2')];
    const sealed = createVault([older], randomBytes).seal(secret, ada);
    const rotated = createVault([newer, older], randomBytes);
    expect(rotated.open(sealed, ada)).toEqual(secret);
    expect(rotated.seal(secret, ada)).toMatch(/^k2\./);
    expect(() => createVault([newer], randomBytes).open(sealed, ada)).toThrow('k1');
  });

  it('does not open a secret whose key was renamed', () => {
    const [one, two] = [key('k1'), key('k2')];
    const sealed = createVault([one], randomBytes).seal(secret, ada);
    const renamed = createVault([{ id: 'k2', key: one.key }, two], randomBytes);
    expect(() => renamed.open(sealed.replace(/^k1/, 'k2'), ada)).toThrow();
  });
});
