import { expect, field, heading, link, open, people, signIn, button, test } from '../fixtures/index.ts';
import { showQr } from '../fixtures/actions.ts';
import { startServer } from '../fixtures/server.ts';
import { watch } from '../fixtures/watch.ts';

test('a restart, also by a power cut, keeps methods, sessions and pending enrollments', async ({ browser }) => {
  const server = await startServer();
  const context = await browser.newContext({ baseURL: server.url });
  const { faults } = await watch(context, [server.url, server.emulatorUrl]);
  try {
    const page = await context.newPage();
    await signIn(page, server, people.ada, '/add/totp');
    await showQr(page);
    await server.kill();
    await server.restart();

    await field(page).fill(await server.simulator.code(people.ada));
    await button(page, 'Turn on').click();
    await expect(heading(page, 'Your authenticator app is on')).toBeVisible();

    await server.stop();
    await page.reload().catch(() => {});
    await server.restart();
    await open(page, '/');
    await expect(heading(page, 'You have one way to verify it’s you')).toBeVisible();
    await link(page, /^Authenticator app/).click();
    await link(page, 'Test it').click();
    await field(page).fill(await server.simulator.freshCode(people.ada));
    await button(page, 'Check the code').click();
    await expect(heading(page, 'Your authenticator app works')).toBeVisible();
    expect(faults).toEqual([]);
  } finally {
    await context.close();
    await server.dispose();
  }
});
