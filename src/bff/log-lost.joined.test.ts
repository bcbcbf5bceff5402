import { closeSync, existsSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ensureBuilt, startPorch } from '#testing/porch.ts';
import type { Porch } from '#testing/porch.ts';
import { freePort, GRACE } from '#testing/portal.ts';
import { createVisitor } from '#testing/visitor.ts';

test.runIf(existsSync('/dev/full'))(
  '[D3] a log that cannot be written takes nothing else with it: people are served, and it ends in order',
  { timeout: 120_000 },
  async () => {
    await ensureBuilt();
    const folder = mkdtempSync(join(tmpdir(), 'latchkey-log-'));
    const log = openSync('/dev/full', 'w');
    let porch: Porch | undefined;
    try {
      porch = await startPorch({
        port: await freePort(),
        emulatorPort: await freePort(),
        folder,
        log,
        env: { LOG_LEVEL: 'debug' },
      });
      const grace = createVisitor(porch);
      await grace.signIn(GRACE);
      for (let n = 0; n < 5; n += 1) expect((await grace.call('listFactors')).status).toBe(200);
      expect(await porch.end()).toBe(0);
    } finally {
      await porch?.kill();
      closeSync(log);
      rmSync(folder, { recursive: true, force: true });
    }
  },
);
