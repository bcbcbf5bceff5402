import { expectFits } from '../fixtures/checks.ts';
import { expect, open, people, signIn, test } from '../fixtures/index.ts';

/** An attacker could set these names at Okta. */
const payloads = [
  '<script>hit()</script>',
  '</script><script>hit()</script>',
  '<img src=x onerror=hit()>',
  '<svg/onload=hit()>',
  '<svg><script>hit()</script></svg>',
  '"><script>hit()</script>',
  "'><img src=x onerror=hit()>",
  '<iframe src="javascript:parent.hit()">',
  '<iframe srcdoc="<script>parent.hit()</script>">',
  '<a href="javascript:hit()">x</a>',
  '<math><mtext></p><img src=x onerror=hit()>',
  '<body onload=hit()>',
  '<details open ontoggle=hit()>',
  '<input autofocus onfocus=hit()>',
  '<meta http-equiv=refresh content="0;url=https://evil.example">',
  '<base href="https://evil.example/">',
  '<link rel=stylesheet href="https://evil.example/x.css">',
  '<form action="https://evil.example"><button>x',
  '<object data="javascript:hit()">',
  '<embed src="https://evil.example">',
  '<!--<img src="--><img src=x onerror=hit()>">',
  '<![CDATA[<script>hit()</script>]]>',
  '<noscript><p title="</noscript><img src=x onerror=hit()>">',
  '<template><script>hit()</script></template>',
  '{{constructor.constructor("hit()")()}}',
  '${hit()}',
  '#{hit()}',
  '<%= hit() %>',
  '[[hit()]]',
  '\u2028hit()//',
  '\u2029hit()//',
  "';hit();//",
  '";hit();//',
  '`;hit();//',
  '\\";hit();//',
  '&lt;script&gt;hit()&lt;/script&gt;',
  '&#60;script&#62;hit()&#60;/script&#62;',
  '\u202e<script>hit()</script>',
  '<scr\u0000ipt>hit()</scr\u0000ipt>',
  '<ScRiPt>hit()</sCrIpT>',
  '＜script＞hit()＜/script＞',
  'javascript:hit()',
  'data:text/html,<script>hit()</script>',
  '__proto__',
  'constructor',
  '=HYPERLINK("https://evil.example")',
];

test('[W7] forty payloads in every text of Okta’s stay text: nothing runs, loads, redirects or violates the policy', async ({
  page,
  server,
  simulator,
}) => {
  expect(payloads.length).toBeGreaterThanOrEqual(40);
  await page.addInitScript(() => {
    Object.assign(globalThis, { hits: 0, hit: () => ((globalThis as unknown as { hits: number }).hits += 1) });
  });
  await signIn(page, server, people.grace);
  const kinds = [
    ['token:software:totp', 'GOOGLE'],
    ['sms', 'OKTA'],
    ['push', 'OKTA'],
    ['webauthn', 'FIDO'],
    ['question', 'OKTA'],
    ['email', 'OKTA'],
    ['call', 'OKTA'],
    ['telepathy', 'NEWCO'],
  ] as const;
  const evil = (text: string, n: number) => {
    const [factorType, provider] = kinds[n % kinds.length]!;
    const profile = {
      credentialId: text,
      phoneNumber: text,
      email: text,
      name: text,
      deviceType: text,
      platform: text,
      version: text,
      authenticatorName: text,
      question: text,
      questionText: text,
    };
    const link = { href: text, name: text };
    return {
      id: `uft00000000000000${String(n).padStart(3, '0')}`,
      factorType: factorType === 'telepathy' ? text : factorType,
      provider: factorType === 'telepathy' ? text : provider,
      vendorName: text,
      status: 'ACTIVE',
      created: '2026-01-02T03:04:05.000Z',
      device: text,
      profile,
      _embedded: { text },
      _links: { self: link, verify: link },
    };
  };
  const all = payloads.map(evil);
  await simulator.fault({ match: 'GET /api/v1/users/*/factors', times: 500, status: 200, body: all });
  await simulator.fault({
    match: 'GET /api/v1/users/*/factors/catalog',
    times: 500,
    status: 200,
    body: all.map((one) => ({ ...one, status: 'NOT_SETUP', enrollment: 'OPTIONAL' })),
  });
  const check = async (where: string) => {
    expect([where, await page.evaluate(() => (globalThis as unknown as { hits: number }).hits)]).toEqual([where, 0]);
    expect(
      await page.evaluate(() =>
        [...document.querySelectorAll<HTMLElement>('main [href], main [src], main [action]')]
          .map((one) => one.getAttribute('href') ?? one.getAttribute('src') ?? '')
          .filter((to) => /^(?:javascript|data):|evil/i.test(to)),
      ),
    ).toEqual([]);
    expect(new URL(page.url()).origin).toBe(server.url);
  };
  await open(page, '/');
  await check('/');
  await expectFits(page, 'others’ words');
  await open(page, '/add');
  await check('/add');
  for (let n = 0; n < kinds.length; n += 1) {
    for (const path of ['', '/remove', '/test']) {
      await open(page, `/methods/${all[n]!.id}${path}`);
      await check(path);
    }
  }
  for (const payload of payloads.slice(0, 12)) {
    await page.goto(
      `/auth/callback?error=access_denied&error_description=${encodeURIComponent(payload)}&state=${encodeURIComponent(payload)}`,
    );
    await check('callback');
    await page.goto(`/step-up?purpose=${encodeURIComponent(payload)}&returnTo=${encodeURIComponent(payload)}`);
    await check('prove');
  }
});
