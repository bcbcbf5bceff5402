import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { writeIds } from '../catalogs.ts';
import { root } from '../step.ts';

/** The text of a new file, insertions before an anchor, or a new folder that is a copy of another. */
export type Edit = string | { before: string; insert: string }[] | { copyOf: string };

/** Has git's files of this folder, and its packages. */
export class Copy {
  readonly folder = mkdtempSync(join(tmpdir(), 'latchkey-copy-'));

  constructor() {
    const { stdout } = spawnSync('git', ['ls-files', '-co', '--exclude-standard'], { cwd: root, encoding: 'utf8' });
    for (const file of stdout.split('\n').filter((name) => name !== '' && existsSync(join(root, name))))
      cpSync(join(root, file), join(this.folder, file));
    symlinkSync(join(root, 'node_modules'), join(this.folder, 'node_modules'), 'junction');
  }

  /** `on`: applies the edit; false takes it back. Throws if an anchor is not exactly once in the file. */
  set(file: string, edit: Edit, on: boolean): void {
    const here = join(this.folder, file);
    if (!on && !Array.isArray(edit)) return rmSync(here, { recursive: true });
    if (typeof edit === 'string') {
      mkdirSync(dirname(here), { recursive: true });
      return writeFileSync(here, edit);
    }
    if (Array.isArray(edit)) {
      let text = readFileSync(join(root, file), 'utf8');
      for (const { before, insert } of on ? edit : []) {
        if (text.split(before).length !== 2) throw new Error(`${file} must have one ${before}`);
        text = text.replace(before, () => insert + before);
      }
      return writeFileSync(here, text);
    }
    cpSync(join(this.folder, edit.copyOf), here, { recursive: true });
  }

  /** Includes tests. With one checker, because each further one repeats much of the work. */
  compile(): string[] {
    writeIds(this.folder);
    const words = ['--incremental', '--pretty', 'false', '--checkers', '1', '-p', this.folder];
    return this.#run(join(root, 'node_modules/typescript/bin/tsc'), ...words);
  }

  faults(): string[] {
    const lint = ['src', '--ignore-pattern=**/*.test.*', '--quiet', '--format=unix'];
    return [
      ...this.#run(join(root, 'node_modules/oxlint/bin/oxlint'), ...lint).filter((line) => line.includes('[Error')),
      ...this.#run('scripts/architecture-rules.ts').filter((line) => line !== 'no import breaks a rule'),
      ...this.#run('scripts/names.ts').filter((line) => !line.startsWith('note: ')),
    ];
  }

  failures(...files: string[]): Record<string, string> {
    const report = join(this.folder, 'report.json');
    rmSync(report, { force: true });
    // A copy has no PostgreSQL.
    const words = ['--project=node', '--project=web', '--reporter=json', `--outputFile.json=${report}`];
    this.#run(join(root, 'node_modules/vitest/vitest.mjs'), 'run', ...words, ...files);
    const { testResults } = JSON.parse(readFileSync(report, 'utf8')) as {
      testResults: {
        name: string;
        status: string;
        message: string;
        assertionResults: { failureMessages: string[] }[];
      }[];
    };
    return Object.fromEntries(
      files.flatMap((file) => {
        const result = testResults.find(({ name }) => name.endsWith(file));
        if (result?.status === 'passed') return [];
        const messages = result?.assertionResults.flatMap(({ failureMessages }) => failureMessages) ?? [];
        return [[file, [result?.message ?? 'did not run', ...messages].join('\n')]];
      }),
    );
  }

  #run(...words: string[]): string[] {
    // Runs tests of every tier, from sources, because the copy has no `dist`.
    const env = { ...process.env, TIER: '', SERVER_FILE: undefined };
    const { stdout } = spawnSync(process.execPath, words, { cwd: this.folder, env, encoding: 'utf8' });
    return stdout.split('\n').filter(Boolean);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
