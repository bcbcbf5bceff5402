import { createServer, type AddressInfo, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { ensureBuilt, startServerProcess, type ServerProcess } from '#testing/server-process.ts';
import { freePort } from '#testing/free-port.ts';
import { openTestStore } from '#testing/store.ts';
import { temporaryFolder } from '#testing/programs/temporary-folder.ts';

test('[L1] SIGTERM ends the process even if a mail server is silent, and first writes the audit log’s checkpoint', async () => {
  await ensureBuilt();
  const folder = temporaryFolder();
  const sockets: Socket[] = [];
  let greeted = () => {};
  const sending = new Promise<void>((resolve) => (greeted = resolve));
  const silent = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => {}).write('220 here\r\n');
    socket.once('data', () => {
      socket.write('250 here\r\n');
      // The SMTP server never answers this.
      socket.once('data', greeted);
    });
  });
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const { port: smtpPort } = silent.address() as AddressInfo;
  let server: ServerProcess | undefined;
  try {
    const store = await openTestStore(folder);
    // A cursor beyond the end of the audit log raises an alarm, and the alarm sends an email.
    await store.updateTable('audit_sink_cursor').set({ seq: 1_000_000 }).execute();
    await store.destroy();
    server = await startServerProcess({
      port: await freePort(),
      emulatorPort: await freePort(),
      folder,
      env: { SMTP_URL: `smtp://127.0.0.1:${smtpPort}`, ALARM_EMAIL: 'ops@example.com' },
    });
    await sending;
    const before = server.said().split('auditHead').length;
    const begun = performance.now();
    await server.end();
    expect(performance.now() - begun).toBeLessThan(25_000);
    await expect.poll(() => server!.said().split('auditHead').length).toBe(before + 1);
  } finally {
    await server?.kill();
    for (const socket of sockets) socket.destroy();
    silent.close();
  }
});
