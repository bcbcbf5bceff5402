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
