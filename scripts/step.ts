import { spawn } from 'node:child_process';
import { delimiter, join } from 'node:path';

export const root = join(import.meta.dirname, '..');

export type Step = { name: string; command: string[] };

const toolEnv = {
  ...process.env,
  PATH: [join(root, 'node_modules/.bin'), process.env['PATH']].join(delimiter),
};

export const node = process.execPath;

async function run({ name, command }: Step, output: 'inherit' | 'pipe', env: Record<string, string>): Promise<boolean> {
  const begun = performance.now();
  const [file = '', ...args] = command;
  const child = spawn(file, args, {
    cwd: root,
    env: { ...toolEnv, ...env },
    stdio: ['ignore', output, output],
    shell: process.platform === 'win32',
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (text += String(chunk)));
  const passed = await new Promise<boolean>((resolve) => {
    child.once('error', (error) => {
      console.error(error.message);
      resolve(false);
    });
    child.once('close', (code) => resolve(code === 0));
  });
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  console.log(`${passed ? '✓' : '✗'} ${name.padEnd(16)} ${seconds.padStart(6)} s`);
  // A step that passes may print notes on separate lines.
  const lines = text.trim().split('\n');
  for (const line of lines) if (line.startsWith('note: ') || !passed) console.log(`    ${line}`);
  return passed;
}

/** Prints the output only when the command fails. */
export const runStep = (step: Step): Promise<boolean> => run(step, 'pipe', {});

export const runStepWithOutput = (step: Step, env: Record<string, string> = {}): Promise<boolean> =>
  run(step, 'inherit', env);
