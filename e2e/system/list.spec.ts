import { join } from 'node:path';
import { showQr } from '../fixtures/actions.ts';
import { expect, heading, people, signIn, test } from '../fixtures/index.ts';
import { checkScreen } from '../fixtures/checks.ts';

const states = [
  ['ada', 'Only a password protects your account'],
  ['katherine', /^Finish/],
  ['evelyn', 'If you lose your phone, you may not get in'],
  ['grace', /./],
  ['margaret', /./],
] as const;

for (const [name, says] of states)
  test(`[X6] the list of ${name}`, async ({ page, server }) => {
    await signIn(page, server, people[name]);
    await expect(heading(page, says)).toBeVisible();
    await checkScreen(page, `list of ${name}`);
  });

// The README's pictures: `PICTURES=1 npm run e2e -- list`.
if (process.env['PICTURES'])
  test('pictures', async ({ page, server }) => {
    const take = async (name: string, width: number, height: number): Promise<void> => {
      await page.setViewportSize({ width, height });
      await page.screenshot({ path: join(import.meta.dirname, '../../docs/images', name) });
    };
    await signIn(page, server, people.evelyn);
    await take('list.png', 1000, 850);
    await page.context().clearCookies();
    await signIn(page, server, people.ada, '/add/totp');
    await showQr(page);
    await take('enroll-320.png', 320, 820);
  });
