import { checkScreen } from '../fixtures/checks.ts';
import { sentCode } from '../fixtures/messages.ts';
import { button, expect, heading, link, open, people, shown, signIn, test } from '../fixtures/index.ts';

const { margaret } = people;
/** What the page says where she did not sign in without her phone. */
const otherEnds = {
  used_phone: 'That used your phone',
  unclear: 'We can’t tell what you used',
  unmet: 'You couldn’t sign in',
  refused: 'You didn’t sign in',
  another_person: 'Somebody else signed in',
};

test('says where her methods are, and signs in at Okta without her phone', async ({ page, server, simulator }) => {
  await signIn(page, server, margaret);
  await expect(shown(page, 'You could still sign in with Email.')).toBeVisible();
  // Her number rings at the reception, too.
  await link(page, /^If you lost your phone today/).click();
  await expect(heading(page, 'If you lost your phone today')).toBeVisible();
  await checkScreen(page, 'lost phone');
  await page.getByLabel('Where is Phone call?').selectOption('Apart from both');
  await expect(page.getByRole('status')).toHaveText('Saved.');
  await expect(shown(page, 'You could still sign in with Phone call.')).toBeVisible();

  // A password of the last second would satisfy `max_age=1`.
  await simulator.advance(5);
  await link(page, 'Try it').click();
  await page.waitForURL(`${server.emulatorUrl}/**`);
  await page.getByLabel('Email address').fill(margaret);
  await page.getByLabel('Password').fill(server.password);
  await button(page, 'Sign in').click();
  await button(page, /^A call/).click();
  await page.getByLabel('Code').fill(await sentCode(simulator, margaret, 'call'));
  await button(page, 'Continue').click();
  await page.waitForURL(`${server.url}/lost-phone?rehearsal=passed`);
  await expect(page.getByRole('region', { name: 'What just happened' })).toContainText(
    'You signed in without your phone',
  );
  await checkScreen(page, 'lost phone, passed');
  await open(page, '/');
  await expect(shown(page, /You signed in without your phone (?:just now|\d)/)).toBeVisible();
  await checkScreen(page, 'list, tried without the phone');
  for (const [end, said] of Object.entries(otherEnds)) {
    await open(page, `/lost-phone?rehearsal=${end}`);
    await expect(shown(page, said)).toBeVisible();
    await checkScreen(page, `lost phone, ${end}`);
  }
});
