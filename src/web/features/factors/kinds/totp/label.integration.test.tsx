import jsQR from 'jsqr';
import { cleanup, render } from '@testing-library/react';
import { afterEach, expect, it } from 'vitest';
import { secretActivation } from '#bff/platform/kinds/totp.ts';
import { parseOtpauth } from '../../../../../../e2e/fixtures/totp.ts';
import { Announcer } from '../../../../components/ui/announcer.tsx';
import { loadMessages } from '../../../../i18n/load-messages.ts';
import { TranslationProvider } from '../../../../i18n/translate.tsx';
import { allFeatures } from '../../../../testing/all-features.ts';
import { ScanStep } from './scan-step.tsx';

await loadMessages('en', allFeatures);
afterEach(cleanup);

const sharedSecret = 'KZXW6YTBOI4DIMRQGEYDCMZVGEZTIMBR';
const SCALE = 4;

/** Draws what stands on the page in pixels, and reads it as a phone's camera would. */
function readDrawn(svg: Element): string {
  const modules = Number(svg.getAttribute('viewBox')!.split(' ')[2]);
  const side = modules * SCALE;
  const pixels = new Uint8ClampedArray(side * side * 4).fill(255);
  const dark = svg.querySelector('path')!.getAttribute('d')!;
  for (const [, left, top] of dark.matchAll(/M(\d+) (\d+)h1v1h-1z/g)) {
    for (let y = Number(top) * SCALE; y < (Number(top) + 1) * SCALE; y += 1) {
      for (let x = Number(left) * SCALE; x < (Number(left) + 1) * SCALE; x += 1)
        pixels.fill(0, (y * side + x) * 4, (y * side + x) * 4 + 3);
    }
  }
  const found = jsQR.default(pixels, side, side, { inversionAttempts: 'dontInvert' });
  if (!found) throw new Error('no QR code can be read');
  return found.data;
}

it.each([
  ['R&D?', 'ada&issuer=Evil?secret=A@example.com'],
  ['100 % of us/all #1', 'ada+totp/#%3A@example.com'],
  ['Zoë’s 🔑 café', '🦊@example.com'],
  ['日本語', 'o’hara "x" \\@example.com'],
  ['Example', 'corp:ada@example.com'],
  // The format keeps the colon for itself: what stands before it in the label is the issuer.
  ['Acme: HR', 'ada@example.com', 'Acme HR'],
  [': a::b :', ':ada', 'a b'],
])(
  '[F6] an app reads issuer and account from the QR code on the page: %s, %s',
  async (orgName, login, issuer = orgName) => {
    const made = { activation: { sharedSecret, timeStep: 30 } } as never;
    const activation = secretActivation(made, { orgName, login, email: null, now: 0, expiresAt: '' });
    if (activation.how !== 'secret') throw new Error(activation.how);
    const { container } = render(
      <TranslationProvider locale="en">
        <Announcer>
          <ScanStep uri={activation.uri} sharedSecret={sharedSecret} />
        </Announcer>
      </TranslationProvider>,
    );
    const read = readDrawn(container.querySelector('svg[role=img]')!);
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
