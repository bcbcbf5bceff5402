import { describe, expect, it } from 'vitest';
import { publicIdFrom, readPublicId, readYubikey, typeYubikey } from './yubikey-otp.ts';

describe('YubiKey codes', () => {
  const aesKey = Buffer.from('ecde18dbe76fbd0c33330f1c354871db', 'hex');
  /** The test vector of libyubikey (README). */
  const published = 'dteffujehknhfjbrjnlnldnhcujvddbikngjrtgh';

  it('reads Yubico’s own example', () => {
    const code = readYubikey(`cccc${'c'.repeat(8)}${published.slice(-32)}`, aesKey);
    expect(code?.privateId.toString('hex')).toBe('8792ebfe26cc');
    expect(code?.counter).toBe(0x0013 * 256 + 0x11);
  });

  it('reads back what it typed', () => {
    const code = {
      publicId: publicIdFrom(Buffer.from('00001c2b3a4f', 'hex')),
      privateId: Buffer.from('010203040506', 'hex'),
      counter: 70_000,
    };
    const typed = typeYubikey(code, aesKey, Buffer.from('a1b2c3d4e5', 'hex'));
    expect(typed).toMatch(/^[cbdefghijklnrtuv]{44}$/);
    expect(readPublicId(typed)).toBe('ccccbrdnelfv');
    expect(readYubikey(typed, aesKey)).toEqual(code);
  });

  it('rejects another key, changed or cut text, and other letters', () => {
    const typed = typeYubikey(
      { publicId: 'cccccccccccc', privateId: Buffer.alloc(6), counter: 1 },
      aesKey,
      Buffer.alloc(5),
    );
    expect(readYubikey(typed, Buffer.alloc(16))).toBeUndefined();
    expect(readYubikey(`${typed.slice(0, 43)}${typed.endsWith('c') ? 'b' : 'c'}`, aesKey)).toBeUndefined();
    for (const text of [typed.slice(1), `${typed}c`, typed.toUpperCase(), 'a'.repeat(44), ''])
      expect(readYubikey(text, aesKey)).toBeUndefined();
  });
});
