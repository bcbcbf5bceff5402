import { spawn } from 'node:child_process';
import { delimiter, join } from 'node:path';

export const root = join(import.meta.dirname, '..');

export type Step = { name: string; command: string[] };

const toolEnv = {
  ...process.env,
  PATH: [join(root, 'node_modules/.bin'), process.env['PATH']].join(delimiter),
};

/** The Node of this process, for commands that are scripts. */
export const node = process.execPath;

/** A line for a finished step: its result, name and seconds. */
function line(name: string, passed: boolean, begun: number): string {
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  return `${passed ? '✓' : '✗'} ${name.padEnd(16)} ${seconds.padStart(6)} s`;
}

/** Runs a command and prints its output only when it fails. Gives whether it passed. */
export async function runStep({ name, command }: Step): Promise<boolean> {
  const begun = performance.now();
  const [file = '', ...args] = command;
  const child = spawn(file, args, {
    cwd: root,
    env: toolEnv,
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: process.platform === 'win32',
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const code = await ended(child);
  console.log(line(name, code === 0, begun));
  // A step that passes may print notes (a long file) on separate lines.
  const text = code === 0 ? notes(output) : output.trim();
  if (text) console.log(text.replaceAll(/^/gm, '    '));
  return code === 0;
}

/** Runs a command and prints its output as it comes. Gives whether it passed. */
export async function runStepWithOutput({ name, command }: Step, env: Record<string, string> = {}): Promise<boolean> {
  const begun = performance.now();
  const [file = '', ...args] = command;
  const child = spawn(file, args, {
    cwd: root,
    env: { ...toolEnv, ...env },
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32',
  });
  const code = await ended(child);
  console.log(line(name, code === 0, begun));
  return code === 0;
}

function ended(child: ReturnType<typeof spawn>): Promise<number | null> {
  return new Promise((resolve) => {
    child.once('error', (error) => {
      console.error(error.message);
      resolve(null);
    });
    child.once('close', resolve);
  });
}

const notes = (output: string): string =>
  output
    .split('\n')
    .filter((text) => text.startsWith('note: '))
    .join('\n');
