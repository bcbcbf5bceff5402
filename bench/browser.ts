import { chromium } from 'playwright';
import type { Browser, BrowserContext, BrowserContextOptions, CDPSession, Page } from 'playwright';
import { chromiumOptions } from '../scripts/chromium.mjs';
import { until, type Program } from './processes.ts';
import type { RunningEmulator } from './servers.ts';

export type Cookies = Awaited<ReturnType<BrowserContext['cookies']>>;
export type BenchEnv = { browser: Browser; emulator: RunningEmulator; portal: Program };

/** The values are those of Lighthouse's mobile profile. */
const phone: BrowserContextOptions = {
  viewport: { width: 412, height: 823 },
  deviceScaleFactor: 1.75,
  isMobile: true,
  hasTouch: true,
};

export async function openBrowser(): Promise<Browser> {
  const asRoot = process.getuid?.() === 0;
  return chromium.launch({
    ...chromiumOptions(),
    args: [
      ...(asRoot ? ['--no-sandbox'] : []),
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
    ],
  });
}

/** The cookies stay in the context. */
export async function signIn(
  context: BrowserContext,
  portal: string,
  emulator: RunningEmulator,
  login: string,
): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`${portal}/auth/sign-in?returnTo=/`);
  await page.getByLabel('Email address').fill(login);
  await page.getByLabel('Password').fill(emulator.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL(`${portal}/`);
  await usable(page);
  return page;
}

/** Grace is signed in on a phone. */
export async function signedInCookies({ browser, emulator, portal }: BenchEnv): Promise<Cookies> {
  const context = await browser.newContext(phone);
  await signIn(context, portal.url, emulator, 'grace@example.com');
  const cookies = await context.cookies(portal.url);
  await context.close();
  return cookies;
}

/** Waits until React has hydrated the page, so that it handles clicks. */
export async function usable(page: Page): Promise<void> {
  await page.waitForFunction(
    () => {
      type Root = { stateNode: { current: { memoizedState: { isDehydrated: boolean } } } };
      const [, root] = Object.entries(document.getElementById('root') ?? {}).find(([key]) =>
        key.startsWith('__reactContainer$'),
      ) ?? [undefined, undefined];
      return root !== undefined && !(root as Root).stateNode.current.memoizedState.isDehydrated;
    },
    undefined,
    { polling: 'raf' },
  );
}

export type Fetched = { url: string; depth: number };

/** Records how many answers each request had to wait for. The document waits for none. */
async function watchNetwork(page: Page): Promise<{ fetched: Fetched[]; session: CDPSession }> {
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  const fetched: Fetched[] = [];
  session.on('Network.requestWillBeSent', ({ request, initiator, redirectResponse }) => {
    if (!/^https?:/.test(request.url)) return;
    const depthOf = (url: string | undefined) => fetched.find((one) => one.url === url)?.depth;
    let depth = 0;
    if (redirectResponse) depth = (depthOf(redirectResponse.url) ?? 0) + 1;
    else if (fetched.length > 0) {
      const frames = [];
      for (let stack = initiator.stack; stack; stack = stack.parent)
        frames.push(...stack.callFrames.map(({ url }) => url));
      depth = 1 + Math.max(0, ...[initiator.url, ...frames].map((url) => depthOf(url) ?? 0));
    }
    fetched.push({ url: request.url, depth });
  });
  return { fetched, session };
}

/** Lighthouse's mobile profile: 1.6 Mbit/s down, 750 kbit/s up, 150 ms, and a CPU that is four times slower. */
async function throttle(session: CDPSession): Promise<void> {
  await session.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 150,
    downloadThroughput: 1_600_000 / 8,
    uploadThroughput: 750_000 / 8,
  });
  await session.send('Emulation.setCPUThrottlingRate', { rate: 4 });
}

/** `slow`: Lighthouse's network and CPU. `scripted`: false for a page that never hydrates. */
export async function visit<T>(
  { browser, cookies }: { browser: Browser; cookies: Cookies },
  { url, slow = true, scripted = true }: { url: string; slow?: boolean; scripted?: boolean },
  read: (page: Page, fetched: readonly Fetched[]) => Promise<T>,
): Promise<T> {
  const context = await browser.newContext(phone);
  try {
    await context.addCookies(cookies);
    const page = await context.newPage();
    const { fetched, session } = await watchNetwork(page);
    if (slow) await throttle(session);
    await page.goto(url);
    if (scripted) await usable(page);
    return await read(page, [...fetched]);
  } finally {
    await context.close();
  }
}

type Shift = PerformanceEntry & { value: number; hadRecentInput: boolean };

/** `largest`: seconds to the largest paint until now. `shift`: the sum of layout shifts. */
export async function paints(page: Page): Promise<{ largest: number; shift: number }> {
  const read = () =>
    page.evaluate(
      () =>
        new Promise<{ largest: number; shift: number }>((resolve) => {
          let largest = 0;
          let shift = 0;
          new PerformanceObserver((list) => {
            for (const { startTime } of list.getEntries()) largest = Math.max(largest, startTime / 1000);
          }).observe({ type: 'largest-contentful-paint', buffered: true });
          new PerformanceObserver((list) => {
            for (const { value, hadRecentInput } of list.getEntries() as Shift[]) if (!hadRecentInput) shift += value;
          }).observe({ type: 'layout-shift', buffered: true });
          setTimeout(() => resolve({ largest, shift }), 50);
        }),
    );
  return until('the largest paint', async () => {
    const found = await read();
    return found.largest > 0 ? found : undefined;
  });
}

/** Milliseconds until now: of each long task, what is over 50 ms (Lighthouse's TBT). */
export async function blocked(page: Page): Promise<number> {
  return page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        let sum = 0;
        new PerformanceObserver((list) => {
          for (const { duration } of list.getEntries()) sum += Math.max(0, duration - 50);
        }).observe({ type: 'longtask', buffered: true });
        setTimeout(() => resolve(sum), 200);
      }),
  );
}
