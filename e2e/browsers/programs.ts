import { spawn, type ChildProcess } from 'node:child_process';

/** Milliseconds. */
const START_MS = 60_000;

export type Program = { said: string; end(): Promise<void> };

/** `said`: the match of `ready` on either output. Throws an Error with the output if the program is too slow. */
export async function startProgram(
  [file = '', ...args]: readonly string[],
  env: NodeJS.ProcessEnv,
  ready: RegExp,
): Promise<Program> {
  // A process group of its own, so that its children end with it.
  const child = spawn(file, args, { env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const gone = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const end = async (): Promise<void> => {
    endGroup(child, 'SIGTERM');
    const patience = setTimeout(() => endGroup(child, 'SIGKILL'), 5_000);
    await gone;
    clearTimeout(patience);
  };
  let text = '';
  const said = await new Promise<string>((resolve, reject) => {
    const fail = (why: string): void => reject(new Error(`${file} ${why}:\n${text}`));
    const patience = setTimeout(() => fail('did not start'), START_MS);
    const listen = (chunk: Buffer): void => {
      text += chunk.toString();
      const found = ready.exec(text);
      if (!found) return;
      clearTimeout(patience);
      resolve(found[0]);
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    child.once('error', (error) => fail(error.message));
    child.once('close', () => {
      clearTimeout(patience);
      fail('ended');
    });
  }).catch(async (error: unknown) => {
    await end();
    throw error;
  });
  return { said, end };
}

function endGroup({ pid, exitCode }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined || exitCode !== null) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // The process group has just ended.
  }
}
