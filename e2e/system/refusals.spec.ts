import { chooseWay, enter, factorId } from '../fixtures/actions.ts';
import { checkScreen } from '../fixtures/checks.ts';
import {
  alive,
  beside,
  button,
  expect,
  field,
  heading,
  link,
  listHeading,
  open,
  people,
  shown,
  signIn,
  signInAtOkta,
  test,
} from '../fixtures/index.ts';

test('a locked account: the page says so and links to help', async ({ page, server, simulator }) => {
  await signIn(page, server, people.grace);
  await simulator.status(people.grace, 'LOCKED_OUT');
  await simulator.advance(60);
  await link(page, /^Okta Verify/).click();
  await expect(heading(page, 'Your account is locked')).toBeVisible();
  await expect(shown(page, 'Helpdesk: +44 20 7946 0000')).toBeVisible();
  await checkScreen(page, 'locked');
  await page.locator('main').getByRole('link', { name: 'If you can’t get in' }).click();
  await expect(heading(page, 'If you can’t get in')).toBeVisible();
});

test('an unknown address: 404, and a link to the home page', async ({ page, server }) => {
  await signIn(page, server, people.grace);
  for (const path of ['/nowhere', '/methods/nonsense', '/methods/%2e%2e%2fada', '/api-docs']) {
    expect((await page.goto(path))?.status(), path).toBe(404);
    await expect(heading(page, 'There’s nothing here')).toBeVisible();
  }
  await alive(page);
  await checkScreen(page, 'not found');
  await link(page, 'Go to your methods').click();
  await expect(listHeading(page)).toBeFocused();
});

test('wrong codes count over all pages where one can be entered', async ({ page, server, simulator }) => {
  await signIn(page, server, people.grace);
  const id = await factorId(simulator, people.grace, 'Authenticator app');
  const wrong = await simulator.wrongCode(people.grace);
  const said = shown(page, 'Your methods don’t change, but wrong codes count.');
  await open(page, `/methods/${id}/test`);
  await expect(said, 'before the first code').toBeVisible();
  for (const left of ['3 tries left.', '2 tries left.']) {
    await enter(page, wrong, 'Check the code');
    await expect(beside(page)).toContainText(left);
  }
  await open(page, `/methods/${await factorId(simulator, people.grace, 'Okta Verify')}/remove`);
  await chooseWay(page, 'Authenticator app');
  await enter(page, wrong, 'Confirm');
  await expect(beside(page)).toContainText('One try left.');
  await enter(page, wrong, 'Confirm');
  await expect(beside(page)).toContainText('codes or answers until you sign in at Okta again.');
  await expect(field(page)).toBeDisabled();
  await checkScreen(page, 'codes blocked, step-up');
  await button(page, 'Use another way').click();
  await expect(field(page)).toBeHidden();

  await open(page, `/methods/${id}/test`);
  await expect(beside(page), 'on a page loaded later').toContainText(
    'codes or answers until you sign in at Okta again.',
  );
  await expect(field(page)).toBeDisabled();
  await expect(said).toHaveCount(0);
  await checkScreen(page, 'codes blocked, test');
  await simulator.advance(5 * 60);
  await page.locator('form').getByRole('link', { name: 'Sign in at Okta again' }).click();
  await signInAtOkta(page, server, people.grace);
  await expect(heading(page, /^Test/)).toBeVisible();
  await enter(page, await simulator.freshCode(people.grace), 'Check the code');
  await expect(heading(page, 'Your authenticator app works')).toBeVisible();
  await expect(said).toHaveCount(0);
});
