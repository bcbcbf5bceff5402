import jsQR from 'jsqr';
import { expect, it } from 'vitest';
import { secretActivation } from '#bff/platform/kinds/totp.ts';
import { parseOtpauth } from '../../../../../../e2e/fixtures/totp.ts';
import { mountScreen } from '../../../../testing/screen.tsx';
import { ScanStep } from './scan-step.tsx';

const sharedSecret = 'KZXW6YTBOI4DIMRQGEYDCMZVGEZTIMBR';
const SCALE = 4;

function darkModules(svg: Element): Set<string> {
  const rows = svg.lastElementChild!.getAttribute('d')!.matchAll(/M(\d+)[ ,](\d+) ?h(\d+)v1H\d+z/g);
  return new Set(
    [...rows].flatMap(([, x, y, length]) =>
      Array.from({ length: Number(length) }, (_, at) => `${Number(x) + at} ${y}`),
    ),
  );
}

/** Decodes the pixels as a phone's camera would. */
function readDrawn(svg: Element): string {
  const side = Number(svg.getAttribute('viewBox')!.split(' ')[2]) * SCALE;
  const pixels = new Uint8ClampedArray(side * side * 4).fill(255);
  for (const module of darkModules(svg)) {
    const [left = 0, top = 0] = module.split(' ').map((at) => Number(at) * SCALE);
    for (let y = top; y < top + SCALE; y += 1)
      for (let x = left; x < left + SCALE; x += 1) pixels.fill(0, (y * side + x) * 4, (y * side + x) * 4 + 3);
  }
  const found = jsQR.default(pixels, side, side, { inversionAttempts: 'dontInvert' });
  if (!found) throw new Error('no QR code can be read');
  return found.data;
}

const draw = (uri: string): Element =>
  mountScreen(<ScanStep uri={uri} sharedSecret={sharedSecret} />).container.querySelector('svg[role=img]')!;

it.each([
  ['R&D?', 'ada&issuer=Evil?secret=A@example.com'],
  ['100 % of us/all #1', 'ada+totp/#%3A@example.com'],
  ['Zoë’s 🔑 café', '🦊@example.com'],
  ['日本語', 'o’hara "x" \\@example.com'],
  ['Example', 'corp:ada@example.com'],
  // A colon in the label ends the issuer's name, so the names are shown without colons.
  ['Acme: HR', 'ada@example.com', 'Acme HR'],
  [': a::b :', ':ada', 'a b'],
])(
  '[F6] an app reads issuer and account from the QR code on the page: %s, %s',
  async (orgName, login, issuer = orgName) => {
    const made = { activation: { sharedSecret, timeStep: 30 } } as never;
    const activation = secretActivation(made, { orgName, login, email: null, now: 0, expiresAt: '' });
    if (activation.how !== 'secret') throw new Error(activation.how);
    const read = readDrawn(draw(activation.uri));
    expect(read).toBe(activation.uri);
    expect(parseOtpauth(read)).toEqual({
      issuer,
      account: login,
      secret: sharedSecret,
      digits: 6,
      period: 30,
      algorithm: 'SHA1',
    });
  },
);

it('has the quiet zone and the error correction that a camera needs', () => {
  const svg = draw(`otpauth://totp/Example:ada?secret=${sharedSecret}&issuer=Example`);
  const modules = [...darkModules(svg)].map((at) => at.split(' ').map(Number));
  const side = Number(svg.getAttribute('viewBox')!.split(' ')[2]);
  expect([Math.min(...modules.flat()), Math.max(...modules.flat())]).toEqual([4, side - 5]);
  // ISO/IEC 18004, 7.9.1: both of these modules are dark only in the format information of level L.
  const level = ['4 12', '5 12'].map((at) => darkModules(svg).has(at));
  expect(level).not.toEqual([true, true]);
});
