import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findProgram } from '#testing/programs/find-program.ts';
import type { Driver, InputSource } from './driver.ts';
import { startProgram } from './programs.ts';

type Answer = { id?: number; type: string; result?: Record<string, unknown>; error?: string; message?: string };

async function connect(url: string): Promise<{
  send(method: string, params: object): Promise<Record<string, unknown>>;
  close(): void;
}> {
  const socket = new WebSocket(url);
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => resolve());
    socket.addEventListener('error', () => reject(new Error(`no WebDriver BiDi at ${url}`)));
  });
  const waiting = new Map<number, (answer: Answer) => void>();
  socket.addEventListener('message', ({ data }) => {
    const answer = JSON.parse(String(data)) as Answer;
    if (answer.id !== undefined) waiting.get(answer.id)?.(answer);
  });
  let last = 0;
  return {
    send: (method, params) =>
      new Promise((resolve, reject) => {
        const id = ++last;
        waiting.set(id, ({ type, result = {}, error, message }) => {
          waiting.delete(id);
          if (type === 'success') resolve(result);
          else reject(new Error(`${method}: ${error}: ${message}`));
        });
        socket.send(JSON.stringify({ id, method, params }));
      }),
    close: () => socket.close(),
  };
}

export async function launchFirefox(): Promise<Driver | { missing: string }> {
  const file = findProgram('firefox-esr') ?? findProgram('firefox');
  if (!file) return { missing: 'Firefox (on Debian: firefox-esr)' };
  const profile = mkdtempSync(join(tmpdir(), 'latchkey-firefox-'));
  const args = ['--headless', '--remote-debugging-port=0', '--profile', profile, '--no-remote'];
  const program = await startProgram([file, ...args], { ...process.env, HOME: profile }, /ws:\/\/[\w.:[\]]+/);
  const bidi = await connect(`${program.said}/session`);
  const { capabilities } = await bidi.send('session.new', { capabilities: {} });
  const tree = (await bidi.send('browsingContext.getTree', {})) as { contexts: { context: string }[] };
  const { context } = tree.contexts[0]!;
  const { browserVersion } = capabilities as { browserVersion: string };
  return {
    name: `Firefox ${browserVersion}`,
    async open(url) {
      await bidi.send('browsingContext.navigate', { context, url, wait: 'complete' });
    },
    async evaluate<T>(expression: string): Promise<T> {
      const answer = (await bidi.send('script.evaluate', {
        expression: `(async () => JSON.stringify((await (${expression})) ?? null))()`,
        target: { context },
        awaitPromise: true,
      })) as { type: string; result?: { value: string }; exceptionDetails?: { text: string } };
      if (answer.type !== 'success') throw new Error(answer.exceptionDetails?.text ?? answer.type);
      return JSON.parse(answer.result!.value) as T;
    },
    async perform(actions: readonly InputSource[]) {
      await bidi.send('input.performActions', { context, actions });
    },
    async close() {
      bidi.close();
      await program.end();
      rmSync(profile, { recursive: true, force: true });
    },
  };
}
