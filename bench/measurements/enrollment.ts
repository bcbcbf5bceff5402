import { simulator, shape, type ApiRequest } from '../simulator.ts';
import { signIn, usable, type BenchEnv } from '../browser.ts';
import { until } from '../processes.ts';
import type { Row } from '../table.ts';

type Authenticator = { factorId: string; code: string };

/** Ada adds her first app. Counts the requests from that for the QR code to the answer of the activation. */
export async function enrollmentRows({ browser, emulator, portal }: BenchEnv): Promise<Row[]> {
  const page = await signIn(await browser.newContext(), portal.url, emulator, 'ada@example.com');
  await page.goto(`${portal.url}/add/totp`);
  await usable(page);

  const before = (await simulator<ApiRequest[]>(emulator, '/requests')).length;
  const calls: string[] = [];
  page.on('request', (request) => {
    const { pathname } = new URL(request.url());
    if (/^\/(?:api|auth)\//.test(pathname)) calls.push(shape({ method: request.method(), path: pathname }));
  });
  await page.getByRole('button', { name: 'Show the QR code' }).click();
  const field = page.getByLabel('Code', { exact: true });
  await field.waitFor();
  const { code } = await until(
    'the code on her phone',
    async () => (await simulator<Authenticator[]>(emulator, '/authenticators?user=ada@example.com'))[0],
  );
  await field.fill(code);
  const activated = page.waitForResponse((answer) => answer.url().endsWith('/activate'));
  await page.getByRole('button', { name: 'Turn on' }).click();
  const answer = await activated;
  if (!answer.ok()) throw new Error(`the activation answered ${answer.status()}`);
  // The list is read again afterwards. Another figure counts that.
  const toPortal = calls.slice(0, calls.findIndex((call) => call.endsWith('/activate')) + 1);
  const requests = (await simulator<ApiRequest[]>(emulator, '/requests'))
    .toReversed()
    .slice(before)
    .filter(({ path }) => !/^\/(?:simulator|\.well-known)/.test(path));
  const toEmulator = requests.slice(0, requests.findIndex(({ path }) => path.endsWith('/activate')) + 1).map(shape);
  return [
    {
      what: 'calls to add an app: browser → BFF',
      unit: '',
      // The page first asks which step-up is needed: a request without it would be recorded as refused.
      values: [toPortal.length],
      goal: 3,
      limit: 3,
      beside: toPortal.join(', '),
    },
    {
      what: 'calls to add an app: BFF → org',
      unit: '',
      values: [toEmulator.length],
      goal: 5,
      limit: 6,
      beside: toEmulator.join(', '),
    },
  ];
}
