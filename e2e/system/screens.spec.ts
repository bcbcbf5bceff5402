import type { Page } from '@playwright/test';
import { addFirst, chooseWay, enter, factorId, pressAdd, showQr, turnOn } from '../fixtures/actions.ts';
import { checkScreen } from '../fixtures/checks.ts';
import { beside, button, expect, heading, link, open, people, shown, signIn, test } from '../fixtures/index.ts';
import { anything, inEachLanguage, say, saying, startsWith } from '../fixtures/words.ts';

async function openAndCheck(page: Page, name: string, sign: string | RegExp): Promise<void> {
  await expect(heading(page, sign)).toBeVisible();
  await checkScreen(page, name);
}

inEachLanguage(test, () => {
  test('[X6] signed out', async ({ page }) => {
    await open(page, '/');
    await openAndCheck(page, 'welcome', say('problem.welcome.heading'));
    await open(page, '/sessions');
    await openAndCheck(page, 'sign in to go on', say('problem.signed_out.heading'));
    await open(page, '/signed-out');
    await openAndCheck(page, 'signed out', say('signed-out.none'));
    await open(page, '/sign-out');
    await openAndCheck(page, 'sign out', say('sign-out.title'));
    await open(page, '/get-help');
    await openAndCheck(page, 'cannot prove', say('get-help.title'));
    await open(page, '/auth/callback?state=none&code=none');
    await openAndCheck(page, 'sign-in too old', say('problem.sign_in_expired.heading'));
  });

  test('[X6] no methods, and adding the first app', async ({ page, server, simulator }) => {
    await signIn(page, server, people.ada);
    await openAndCheck(page, 'list, empty', say('factors.status.nothing'));
    await open(page, '/add');
    await openAndCheck(page, 'add', say('add.title'));
    await open(page, '/add/totp');
    await openAndCheck(page, 'enroll, ready', say('totp.title'));
    await simulator.fault({ match: 'POST /api/v1/users/*/factors', status: 500 });
    await button(page, say('totp.show')).click();
    await expect(page.getByRole('alert').first()).toBeVisible();
    await checkScreen(page, 'enroll, failed');
    await showQr(page);
    await checkScreen(page, 'enroll, QR');
    await enter(page, await simulator.wrongCode(people.ada), say('enroll.turn_on'));
    await expect(beside(page)).toBeVisible();
    await checkScreen(page, 'enroll, wrong code');
    await enter(page, await simulator.wrongCode(people.ada), say('enroll.turn_on'));
    await expect(shown(page, say('verification.code.clock'))).toBeVisible();
    await checkScreen(page, 'enroll, wrong twice');
    await turnOn(page, simulator, 'Authenticator app');
    await checkScreen(page, 'enroll, done');
  });

  test('[X6] two methods, and removing one', async ({ page, server, simulator, otherBrowser }) => {
    await signIn(await (await otherBrowser()).newPage(), server, people.grace);
    await signIn(page, server, people.grace);
    await openAndCheck(page, 'list, two', /./);
    await open(page, '/sessions');
    await openAndCheck(page, 'sessions', say('sessions.title'));
    const id = await factorId(simulator, people.grace, 'Okta Verify');
    await open(page, `/methods/${id}`);
    await openAndCheck(page, 'method', say('factors.kind.okta-verify'));
    await open(page, `/methods/${id}/test`);
    await openAndCheck(page, 'test', say('test.heading', { kind: 'other', what: say('factors.kind.okta-verify') }));
    await enter(page, await simulator.freshCode(people.grace, 'OKTA'), say('test.check'));
    await openAndCheck(
      page,
      'test, works',
      say('test.works', { kind: 'other', what: say('factors.kind.okta-verify') }),
    );
    await open(page, `/methods/${id}/remove`);
    await openAndCheck(
      page,
      'remove, prove',
      say('remove.heading', { kind: 'other', what: say('factors.kind.okta-verify') }),
    );
    await chooseWay(page, say('factors.kind.totp'));
    await checkScreen(page, 'remove, prove by code');
    await enter(page, await simulator.freshCode(people.grace), say('step-up.confirm'));
    await expect(button(page, saying('remove.act', { kind: 'other', what: anything }))).toBeVisible();
    await checkScreen(page, 'remove, confirm');
    await button(page, saying('remove.act', { kind: 'other', what: anything })).click();
    await expect(button(page, say('sessions.end_others'))).toBeVisible();
    await checkScreen(page, 'list, removed');
    await open(page, `/methods/${await factorId(simulator, people.grace, 'Authenticator app')}/remove`);
    await openAndCheck(page, 'remove, last one', say('remove.last_factor_heading', { kind: 'totp', what: '' }));
    await expect(button(page, say('method.remove'))).toBeHidden();
  });

  test('stepping up while adding, and an existing method', async ({ page, server, simulator }) => {
    await signIn(page, server, people.ada);
    await addFirst(page, simulator);
    await open(page, '/');
    await openAndCheck(page, 'list, one', say('factors.status.one'));
    await pressAdd(page, 'Okta Verify');
    await expect(page.getByRole('heading', { name: say('step-up.first') })).toBeVisible();
    await checkScreen(page, 'enroll, prove');
    await open(page, '/step-up?purpose=enroll:okta-verify&returnTo=/add/okta-verify&problem=unmet');
    await openAndCheck(page, 'prove', say('step-up-page.heading'));
    await open(page, '/add/totp');
    await button(page, say('totp.show')).click();
    await openAndCheck(page, 'enroll, already', say('totp.already'));
  });

  test('[X6] what was left in the middle, and errors of several fields', async ({ page, server }) => {
    await signIn(page, server, people.ada, '/add/okta-verify');
    await button(page, say('totp.show')).click();
    await expect(shown(page, say('okta-verify.step1'))).toBeVisible();
    await open(page, '/');
    await link(page, startsWith(say('factors.kind.okta-verify'))).click();
    await expect(link(page, say('method.continue'))).toBeVisible();
    await checkScreen(page, 'method, push left');
    await link(page, say('method.continue')).click();
    await openAndCheck(
      page,
      'activate, push',
      say('activate.heading', { kind: 'other', what: say('factors.kind.okta-verify') }),
    );
    await open(page, '/add/call');
    await page.getByText(say('phone.add_extension')).click();
    await page.getByLabel(startsWith(say('phone.extension'))).fill('abc');
    await button(page, say('phone.send', { kind: 'call' })).click();
    await expect(page.getByRole('group', { name: say('error.summary') })).toBeFocused();
    await checkScreen(page, 'enroll, two errors');
  });
});
