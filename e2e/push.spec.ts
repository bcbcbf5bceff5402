import { button, expect, heading, link, people, signIn, test } from './fixtures/index.ts';
import { number, openTest } from './fixtures/push.ts';

const { ada } = people;

test('adds Okta Verify by its QR code, and tests it with a number', async ({ page, server, simulator }) => {
  await signIn(page, server, ada, '/add/okta-verify');
  await expect(page.getByRole('radio', { name: 'Approve on your phone' })).toBeChecked();
  await button(page, 'Show the QR code').click();
  const picture = page.getByRole('img', { name: /^QR code/ });
  await expect(picture).toBeVisible();
  expect(await picture.evaluate((img: HTMLImageElement) => img.decode().then(() => img.naturalWidth))).toBeGreaterThan(
    100,
  );
  await simulator.push(ada, 'enroll');
  await expect(heading(page, 'Okta Verify is on')).toBeFocused();
  await link(page, 'Back to your methods').click();
  await expect(heading(page, 'You have one way to verify it’s you')).toBeVisible();

  await openTest(page);
  await button(page, 'Send a push').click();
  await expect(number(page)).toHaveText(/^\d{1,2}$/);
  const [waits] = await simulator.pushes(ada);
  expect(waits?.numbers).toContain(Number(await number(page).innerText()));
  await simulator.push(ada, 'approve', Number(await number(page).innerText()));
  await expect(heading(page, 'Okta Verify works')).toBeFocused();
});
