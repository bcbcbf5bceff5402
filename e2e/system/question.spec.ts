import type { Page } from '@playwright/test';
import { button, expect, heading, link, open, people, shown, signIn, test } from '../fixtures/index.ts';
import { testThenRemove } from '../fixtures/messages.ts';

const answer = (page: Page) => page.getByLabel('Answer', { exact: true });

test('chooses one and answers it: active at once, hidden while typed, marked as weak', async ({ page, server }) => {
  await signIn(page, server, people.ada, '/add/question');
  await expect(shown(page, /People who know you may know this/)).toBeVisible();
  await page
    .getByLabel('Question', { exact: true })
    .selectOption({ label: 'What is the food you least liked as a child?' });
  await answer(page).fill('food');
  await button(page, 'Turn on').click();
  await expect(shown(page, 'That’s part of the question. Choose another answer.')).toBeVisible();
  await expect(answer(page)).toBeFocused();
  await answer(page).fill('boiled turnips');
  await expect(answer(page)).toHaveCSS('-webkit-text-security', 'disc');
  await button(page, 'Show').click();
  await expect(answer(page)).toHaveCSS('-webkit-text-security', 'none');
  await button(page, 'Turn on').click();
  await expect(heading(page, 'Your security question is on')).toBeFocused();
  expect(await page.content()).not.toContain('turnips');
  await open(page, '/');
  await expect(link(page, /^Security question/)).toContainText('least liked as a child');
});

test('answers wrong, tests it, steps up with it, and removes it', async ({ page, server, simulator }) => {
  await signIn(page, server, people.margaret);
  await testThenRemove(page, simulator, {
    name: 'Security question',
    words: 'your security question',
    submit: 'Check the answer',
    answer: async (at, submit) => {
      await answer(at).fill('something else');
      await button(at, submit).click();
      await expect(shown(at, /^That answer didn’t match\. (?:3 tries|2 tries|One try) left\.$/)).toBeVisible();
      await expect(answer(at)).toBeFocused();
      await answer(at).fill('lunar lander');
      await button(at, submit).click();
    },
  });
});
