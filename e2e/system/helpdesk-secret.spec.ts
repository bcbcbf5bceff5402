import { enter, turnOn } from '../fixtures/actions.ts';
import { recordAnswers, pageState } from '../fixtures/recorded.ts';
import {
  agree,
  answerOnOwnPage,
  requestApproval,
  callBack,
  choose,
  find,
  freezePath,
  newDay,
  sayWhy,
  staff,
  verified,
  verifyByPush,
  recoveryCodeOf,
} from '../fixtures/helpdesk.ts';
import {
  button,
  expect,
  field,
  heading,
  open,
  people,
  shown,
  signIn,
  signInInBrowser,
  test,
} from '../fixtures/index.ts';
import { sentCode } from '../fixtures/messages.ts';
import { readQr } from '../fixtures/qr.ts';
import { parseOtpauth } from '../fixtures/totp.ts';

const { dorothy, grace, margaret } = people;

test.beforeEach(({ simulator }) => newDay(simulator));

test('no secret, code, link or whole number of anybody’s reaches an agent or an approver', async ({
  page,
  context,
  server,
  simulator,
  otherBrowser,
}) => {
  const toHedy = recordAnswers(context);
  const annieIn = await otherBrowser();
  const toAnnie = recordAnswers(annieIn);
  const canaries = new Map<string, string>([
    ['the number of Margaret’s text messages', '5550100141'],
    ['the number of her calls', '5550100142'],
    ['the answer to her question', 'lunar lander'],
  ]);
  const inReset = async (login: string) =>
    canaries.set(`the link to ${login}`, (await freezePath(simulator, login)).slice('/freeze/'.length));

  // Dorothy is verified by a push, and reset with an approver. She returns while Hedy's page stays open.
  await signInInBrowser(page, server, staff.hedy, '/helpdesk');
  await find(page, 'doro', 'Dorothy Vaughan');
  await choose(page, /^Okta Verify/);
  await sayWhy(page);
  await verifyByPush(page, simulator, dorothy);
  await requestApproval(page, simulator);
  const annie = await annieIn.newPage();
  await signInInBrowser(annie, server, staff.annie, '/helpdesk');
  await agree(annie, simulator);
  await expect(heading(page, 'Annie Easley approved it, and the reset is done')).toBeFocused();
  await inReset(dorothy);
  canaries.set('the recovery code', await recoveryCodeOf(simulator, dorothy));
  const her = await (await otherBrowser()).newPage();
  await signIn(her, server, dorothy, '/add/totp');
  await button(her, 'Show the QR code').click();
  await her.getByLabel('Recovery code').fill(canaries.get('the recovery code')!);
  await her.keyboard.press('Enter');
  await expect(her.getByText('Scan this with your app')).toBeVisible();
  canaries.set('the secret of her new app', parseOtpauth(await readQr(her)).secret);
  await page.getByText('See Dorothy Vaughan').click();
  await expect(heading(page, 'Dorothy Vaughan')).toBeVisible();
  canaries.set('the code that turned it on', await turnOn(her, simulator, 'Authenticator app', dorothy));

  const margarets = await (await otherBrowser()).newPage();
  await signIn(margarets, server, margaret, '/add/totp');
  await button(margarets, 'Show the QR code').click();
  await button(margarets, /^Use Text message/).click();
  await button(margarets, /^(?:Send|Text)/).click();
  await expect(field(margarets)).toBeFocused();
  canaries.set('a code sent to her', await sentCode(simulator, margaret, 'sms'));
  await open(page, '/helpdesk');
  await find(page, 'marg', 'Margaret Hamilton');
  await choose(page, /^Text message/);
  await sayWhy(page);
  await callBack(page, '0141');
  await expect(verified(page, 'Margaret Hamilton')).toBeVisible();
  await requestApproval(page, simulator);
  await agree(annie, simulator);
  await expect(shown(annie, 'Approved and reset')).toHaveCount(2);
  await inReset(margaret);

  // Grace answers on her own page. No answer to Grace may contain the code.
  const gracesIn = await otherBrowser();
  const toGrace = recordAnswers(gracesIn);
  const graces = await gracesIn.newPage();
  await signIn(graces, server, grace);
  await open(page, '/helpdesk');
  await find(page, 'grac', 'Grace Hopper');
  await choose(page, /^Authenticator app/);
  await sayWhy(page);
  await answerOnOwnPage(page, graces, async () => {
    await button(graces, 'Use Okta Verify').click();
    await enter(graces, await simulator.freshCode(grace, 'OKTA'), 'Confirm');
    canaries.set('the spoken code', (await graces.locator('p[translate=no]').innerText()).replace(' ', ''));
  });
  await expect(verified(page, 'Grace Hopper')).toBeVisible();
  for (const path of ['/helpdesk', '/helpdesk/approvals']) await open(page, path);
  for (const path of ['/helpdesk', '/helpdesk/approvals', '/helpdesk/audit-log']) await open(annie, path);
  for (const path of ['/api/helpdesk/audit-log', '/api/helpdesk/audit-log.jsonl'])
    expect(await annie.evaluate(async (url) => (await fetch(url)).status, path), path).toBe(200);

  for (const [what, canary] of canaries) expect(canary.length, what).toBeGreaterThan(5);
  const plain = (text: string) => text.replace(/[\s-]/g, '');
  // The searched values are found where they belong.
  expect(
    (await toGrace()).filter(({ text }) => text.includes(canaries.get('the spoken code')!)).map(({ what }) => what),
  ).toEqual([expect.stringMatching(/\/answer$/)]);
  for (const [who, answers, known] of [
    ['Hedy', await toHedy(), await pageState(page)],
    ['Annie', await toAnnie(), await pageState(annie)],
  ] as const) {
    expect(answers.length).toBeGreaterThan(20);
    for (const [what, canary] of canaries) {
      const found = answers
        .filter((one) => !one.what.startsWith('GET /assets/') && plain(one.text).includes(plain(canary)))
        .map((one) => one.what);
      expect([who, what, found, plain(known).includes(plain(canary))]).toEqual([who, what, [], false]);
    }
    expect(answers.map(({ text }) => text).join('\n')).not.toMatch(/eyJ[A-Za-z0-9_-]{10,}\.|SSWS/);
  }
});
