import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { writeIds } from '../catalogs.ts';
import { root } from '../step.ts';

/**
 * What somebody does to one file: the text of a new one, or insertions, each before an anchor. Or a folder that begins
 * as a copy of another.
 */
export type Edit = string | { before: string; insert: string }[] | { copyOf: string };

/** A copy of what git has of this folder, with its packages, which a test edits. */
export class Copy {
  readonly folder = mkdtempSync(join(tmpdir(), 'latchkey-copy-'));

  constructor() {
    const { stdout } = spawnSync('git', ['ls-files', '-co', '--exclude-standard'], { cwd: root, encoding: 'utf8' });
    for (const file of stdout.split('\n').filter((name) => name !== '' && existsSync(join(root, name))))
      cpSync(join(root, file), join(this.folder, file));
    symlinkSync(join(root, 'node_modules'), join(this.folder, 'node_modules'), 'junction');
  }

  /** Applies an edit, or takes it back. Throws where an anchor is not exactly once in the file. */
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

  /** Returns the compiler's errors, tests included. With one checker: each further one repeats much of the work. */
  compile(): string[] {
    writeIds(this.folder);
    const words = ['--incremental', '--pretty', 'false', '--checkers', '1', '-p', this.folder];
    return this.#run(join(root, 'node_modules/typescript/bin/tsc'), ...words);
  }

  /** Returns what lint, architecture rules and names find wrong. */
  faults(): string[] {
    const lint = ['src', '--ignore-pattern=**/*.test.*', '--quiet', '--format=unix'];
    return [
      ...this.#run(join(root, 'node_modules/oxlint/bin/oxlint'), ...lint).filter((line) => line.includes('[Error')),
      ...this.#run('scripts/architecture-rules.ts').filter((line) => line !== 'no import breaks a rule'),
      ...this.#run('scripts/names.ts').filter((line) => !line.startsWith('note: ')),
    ];
  }

  /** Returns what failed in those of the given test files that fail, by file. */
  failures(...files: string[]): Record<string, string> {
    const report = join(this.folder, 'report.json');
    rmSync(report, { force: true });
    // A copy has no PostgreSQL of its own.
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

  /** Runs a script in the copy; returns its lines. */
  #run(...words: string[]): string[] {
    // A test is run whichever tier this process runs, and from sources: the copy has no `dist`.
    const env = { ...process.env, TIER: '', SERVER_FILE: undefined };
    const { stdout } = spawnSync(process.execPath, words, { cwd: this.folder, env, encoding: 'utf8' });
    return stdout.split('\n').filter(Boolean);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
