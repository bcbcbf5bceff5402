import { closeSync, existsSync, openSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ensureBuilt, startServerProcess, type ServerProcess } from '#testing/server-process.ts';
import { freePort } from '#testing/free-port.ts';
import { GRACE } from '#testing/test-env.ts';
import { signedInAt } from '#testing/visitor.ts';
import { temporaryFolder } from '#testing/programs/temporary-folder.ts';

test.runIf(existsSync('/dev/full'))(
  '[D3] with a log that cannot be written the server works, and ends in order',
  async () => {
    await ensureBuilt();
    const folder = temporaryFolder();
    const log = openSync('/dev/full', 'w');
    let server: ServerProcess | undefined;
    try {
      server = await startServerProcess({
        port: await freePort(),
        emulatorPort: await freePort(),
        folder,
        log,
        env: { LOG_LEVEL: 'debug' },
      });
      const grace = await signedInAt(server, GRACE);
      for (let n = 0; n < 5; n += 1) expect((await grace.call('listFactors')).status).toBe(200);
      expect(await server.end()).toBe(0);
    } finally {
      await server?.kill();
      closeSync(log);
    }
  },
);
