import { describe, expect, it } from 'vitest';
import { decodeBase32, encodeBase32 } from '../../wire/base32.ts';
import { hotp, stepAt } from './otp.ts';

const ascii = (length: number) => Buffer.from('1234567890'.repeat(7).slice(0, length));

describe('one-time passwords', () => {
  it.each(
    ['755224', '287082', '359152', '969429', '338314', '254676', '287922', '162583', '399871', '520489'].map(
      (code, counter) => [counter, code] as const,
    ),
  )('[F1] HOTP %i is %s (RFC 4226 appendix D)', (counter, code) => {
    expect(hotp(ascii(20), counter)).toBe(code);
  });

  const times = [59, 1111111109, 1111111111, 1234567890, 2000000000, 20000000000];
  const vectors = {
    sha1: ['94287082', '07081804', '14050471', '89005924', '69279037', '65353130'],
    sha256: ['46119246', '68084774', '67062674', '91819424', '90698825', '77737706'],
    sha512: ['90693936', '25091201', '99943326', '93441116', '38618901', '47863826'],
  } as const;
  const keyLength = { sha1: 20, sha256: 32, sha512: 64 } as const;

  it.each(
    (Object.keys(vectors) as (keyof typeof vectors)[]).flatMap((algorithm) =>
      times.map((time, index) => [algorithm, time, vectors[algorithm][index] ?? ''] as const),
    ),
  )(
    '[F1] TOTP by %s at %i s is %s (RFC 6238 appendix B), and its last six digits are the short code',
    (algorithm, time, code) => {
      const step = stepAt(time * 1000);
      expect(hotp(ascii(keyLength[algorithm]), step, { digits: 8, algorithm })).toBe(code);
      expect(hotp(ascii(keyLength[algorithm]), step, { algorithm })).toBe(code.slice(2));
    },
  );
});

describe('base32', () => {
  it.each([
    ['', ''],
    ['f', 'MY'],
    ['fo', 'MZXQ'],
    ['foo', 'MZXW6'],
    ['foob', 'MZXW6YQ'],
    ['fooba', 'MZXW6YTB'],
    ['foobar', 'MZXW6YTBOI'],
  ])('writes and reads %j (RFC 4648 section 10)', (text, encoded) => {
    expect(encodeBase32(Buffer.from(text))).toBe(encoded);
    expect(decodeBase32(encoded)?.toString()).toBe(text);
    expect(decodeBase32(encoded.toLowerCase().padEnd(Math.ceil(encoded.length / 8) * 8, '='))?.toString()).toBe(text);
  });

  it('refuses invalid base32', () => {
    expect(decodeBase32('MZXW1')).toBeUndefined();
  });
});
