import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { isQrToken, qrToken } from './token.ts';

it('qrToken › belongs to one secret of one factor', () => {
  const secret = randomBytes(20);
  const token = qrToken(secret, 'uft1');
  expect(token).toMatch(/^20111[\w-]{48}$/);
  expect(isQrToken(token, secret, 'uft1')).toBe(true);
  expect(isQrToken(token, secret, 'uft2')).toBe(false);
  expect(isQrToken(token, randomBytes(20), 'uft1')).toBe(false);
  for (const other of [
    '',
    token.slice(0, -1),
    `${token}x`,
    token.replace(/.$/, (last) => (last === 'A' ? 'Q' : 'A')),
    `${token.slice(0, -1)}é`,
  ]) {
    expect(isQrToken(other, secret, 'uft1')).toBe(false);
  }
});
