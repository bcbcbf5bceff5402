import jsQR from 'jsqr';
import { PNG } from 'pngjs';
import { expect, it } from 'vitest';
import { qrPng } from './image.ts';

const read = (file: Buffer) => {
  const { data, width, height } = PNG.sync.read(file);
  return jsQR.default(new Uint8ClampedArray(data), width, height)?.data;
};

it('qrPng › another program can read it, short and long', () => {
  for (const text of ['a', 'otpauth://totp/Example:ada%40example.com?secret=MFRGGZDFMZTWQ2LK', 'x'.repeat(400)]) {
    expect(read(qrPng(text))).toBe(text);
  }
});

it('qrPng › is small, and deterministic', () => {
  const text = `otpauth://totp/localhost:3001:${'a'.repeat(60)}?secret=${'A'.repeat(32)}`;
  expect(qrPng(text).length).toBeLessThan(4096);
  expect(qrPng(text)).toEqual(qrPng(text));
});
