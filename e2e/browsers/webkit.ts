import { globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '#testing/free-port.ts';
import { findProgram } from '#testing/programs/find-program.ts';
import type { Driver, InputSource } from './driver.ts';
import { type Program, startProgram } from './programs.ts';

const isRoot = process.getuid?.() === 0;

async function command<T>(url: string, method: 'POST' | 'DELETE', body?: object): Promise<T> {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(url, { method, ...(body && { headers, body: JSON.stringify(body) }) });
  const { value } = (await answer.json()) as { value: T & { error?: string; message?: string } };
  if (!answer.ok) throw new Error(`${method} ${new URL(url).pathname}: ${value.error}: ${value.message}`);
  return value;
}

/** WebKitGTK's small browser has Safari's engine. It runs on a virtual display. */
export async function launchWebKit(): Promise<Driver | { missing: string }> {
  const [binary] = globSync('/usr/lib/*/webkit2gtk-4.1/MiniBrowser');
  const names = ['WebKitWebDriver', 'Xvfb', 'dbus-run-session'].map(findProgram);
  const [driverFile, displayFile, busFile] = names;
  if (!binary || !driverFile || !displayFile || !busFile)
    return { missing: 'WebKit (on Debian: webkit2gtk-driver xvfb dbus)' };
  const home = mkdtempSync(join(tmpdir(), 'latchkey-webkit-'));
  const programs: Program[] = [];
  const close = async (): Promise<void> => {
    for (const program of programs.splice(0).reverse()) await program.end();
    rmSync(home, { recursive: true, force: true });
  };
  try {
    const size = ['-screen', '0', '1280x1000x24', '-nolisten', 'tcp'];
    const display = await startProgram([displayFile, '-displayfd', '1', ...size], process.env, /^\d+$/m);
    programs.push(display);
    const port = await freePort();
    const env = {
      ...process.env,
      HOME: home,
      XDG_RUNTIME_DIR: home,
      DISPLAY: `:${display.said}`,
      WEBKIT_DISABLE_COMPOSITING_MODE: '1',
      // WebKit's sandbox refuses to run as root.
      ...(isRoot && { WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1' }),
    };
    // The driver prints nothing when it listens, so the shell prints a line, and the first command is repeated.
    const start = [busFile, '--', 'sh', '-c', `echo starting; exec ${driverFile} --host=127.0.0.1 --port=${port}`];
    programs.push(await startProgram(start, env, /starting/));
    const url = `http://127.0.0.1:${port}`;
    for (const until = Date.now() + 20_000; ;)
      try {
        await fetch(`${url}/status`);
        break;
      } catch (error) {
        if (Date.now() > until) throw error;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    const options = { binary, args: ['--automation'] };
    const { sessionId, capabilities } = await command<{ sessionId: string; capabilities: { browserVersion: string } }>(
      `${url}/session`,
      'POST',
      { capabilities: { alwaysMatch: { browserName: 'MiniBrowser', 'webkitgtk:browserOptions': options } } },
    );
    const session = `${url}/session/${sessionId}`;
    return {
      name: `WebKitGTK ${capabilities.browserVersion}`,
      async open(address) {
        await command(`${session}/url`, 'POST', { url: address });
      },
      async evaluate<T>(expression: string): Promise<T> {
        const script = `
          const done = arguments[arguments.length - 1];
          (async () => JSON.stringify((await (${expression})) ?? null))().then(
            (value) => done({ value }), (error) => done({ error: String(error) }));`;
        type Result = { value?: string; error?: string };
        const { value, error } = await command<Result>(`${session}/execute/async`, 'POST', { script, args: [] });
        if (value === undefined) throw new Error(error);
        return JSON.parse(value) as T;
      },
      async perform(actions: readonly InputSource[]) {
        await command(`${session}/actions`, 'POST', { actions });
      },
      async close() {
        await command(session, 'DELETE').catch(() => {});
        await close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}
