import type { Page } from '@playwright/test';
import { enter, showQr } from '../fixtures/actions.ts';
import { expect, heading, people, signIn, test } from '../fixtures/index.ts';
import { readQr } from '../fixtures/qr.ts';
import { codeAt, parseOtpauth } from '../fixtures/totp.ts';

/** `off`: milliseconds. The monotonic clock is not changed. */
const setClock = (page: Page, off: number) =>
  page.evaluate((ms) => void ((globalThis as unknown as { clockIsOff: number }).clockIsOff = ms), off);

/** Replaces `Date` before any script of the page runs. */
async function movable(page: Page, off: number): Promise<void> {
  await page.addInitScript((ms) => {
    const moved = globalThis as unknown as { clockIsOff: number };
    moved.clockIsOff = ms;
    const right = Date.now.bind(Date);
    globalThis.Date = new Proxy(Date, {
      construct: (original, given) =>
        Reflect.construct(original, given.length > 0 ? given : [right() + moved.clockIsOff]),
      get: (original, name) => (name === 'now' ? () => right() + moved.clockIsOff : Reflect.get(original, name)),
    });
  }, off);
}

const MINUTE = 60_000;

for (const [when, before, later] of [
  ['was 15 minutes ahead before the page was opened', 15 * MINUTE, 15 * MINUTE],
  ['is set 15 minutes ahead while the page is open', 0, 15 * MINUTE],
  ['is set 8 minutes behind while the page is open', 0, -8 * MINUTE],
] as const)
  test(`a computer whose clock ${when}: a right code counts, and nothing has run out`, async ({ page, server }) => {
    await movable(page, before);
    await signIn(page, server, people.ada, '/add/totp');
    await showQr(page);
    await setClock(page, later);
    const key = parseOtpauth(await readQr(page));
    await expect(page.getByText('Time ran out')).toBeHidden();
    await enter(page, codeAt(key, Date.now()), 'Turn on');
    await expect(heading(page, 'Your authenticator app is on')).toBeVisible();
    await expect(page.getByText('signed out')).toBeHidden();
  });
