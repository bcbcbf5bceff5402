import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { writeIds } from '../catalogs.ts';
import { root } from '../step.ts';

/**
 * What somebody does to one file: the text of a new one, or insertions, each before an anchor. Or a folder that
 * begins as a copy of another.
 */
export type Edit = string | { before: string; insert: string }[] | Folder;

/** `translated`: one text, which tests read, of each of these files. */
type Folder = { copyOf: string; translated?: { files: string[]; from: string; to: string } };

/** Copies what git has of this folder, with its packages. */
export function copySources(): string {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-sources-'));
  const { stdout } = spawnSync('git', ['ls-files', '-co', '--exclude-standard'], { cwd: root, encoding: 'utf8' });
  for (const file of stdout.split('\n').filter(Boolean)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    cpSync(join(root, file), join(folder, file));
  }
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
  return folder;
}

/** Applies an edit in a copy, or takes it back. Throws where an anchor is not exactly once in the file. */
export function setIn(folder: string, file: string, edit: Edit, on: boolean): void {
  const [here, there] = [join(folder, file), join(root, file)];

  if (typeof edit === 'object' && 'copyOf' in edit) {
    if (!on) return rmSync(here, { recursive: true, force: true });
    cpSync(join(folder, edit.copyOf), here, { recursive: true });
    if (!edit.translated) return;
    const { files, from, to } = edit.translated;
    for (const one of files.map((name) => join(here, name)))
      writeFileSync(one, readFileSync(one, 'utf8').replace(from, to));
    return;
  }
  if (typeof edit === 'string') {
    if (!on) return rmSync(here, { force: true });
    mkdirSync(dirname(here), { recursive: true });
    return writeFileSync(here, edit);
  }
  let text = readFileSync(there, 'utf8');
  for (const { before, insert } of on ? edit : []) {
    if (text.split(before).length !== 2) throw new Error(`${file} must have one ${before}`);
    text = text.replace(before, () => insert + before);
  }
  return writeFileSync(here, text);
}

/** A copy of the sources that a test edits. */
export class Copy {
  readonly folder = mkdtempSync(join(tmpdir(), 'latchkey-copy-'));

  constructor() {
    for (const part of [
      ...['src', 'scripts', 'docs', 'index.html', 'package.json', 'vite.config.ts', 'vitest.config.ts'],
      ...['.oxlintrc.json', '.dependency-cruiser.mjs'],
    ])
      cpSync(join(root, part), join(this.folder, part), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(this.folder, 'node_modules'), 'junction');
    const { compilerOptions } = JSON.parse(readFileSync(join(root, 'tsconfig.json'), 'utf8')) as object & {
      compilerOptions: object;
    };
    // The type check itself covers the tests. Later runs check only what an edit can change.
    const config = {
      compilerOptions: { ...compilerOptions, incremental: true },
      include: ['src'],
      exclude: ['src/**/*.test.*', 'src/**/testing'],
    };
    writeFileSync(join(this.folder, 'tsconfig.json'), JSON.stringify(config));
  }

  /** Applies an edit, or takes it back. */
  set(file: string, edit: Edit, on: boolean): void {
    setIn(this.folder, file, edit, on);
  }

  /** Returns the compiler's errors. With one checker, since each further one repeats much of the work. */
  compile(): string[] {
    writeIds(this.folder);
    return this.#run('typescript/bin/tsc', ['--noEmit', '--pretty', 'false', '--checkers', '1', '-p', this.folder])
      .split('\n')
      .filter(Boolean);
  }

  /** Whether a file or folder is there. */
  has(file: string): boolean {
    return existsSync(join(this.folder, file));
  }

  /** Returns what lint, architecture rules and names find wrong. */
  faults(): string[] {
    const lint = this.#run('oxlint/bin/oxlint', ['src', '--ignore-pattern=**/*.test.*', '--quiet', '--format=unix']);
    const architecture = this.#script('scripts/architecture-rules.ts');
    const names = this.#script('scripts/names.ts');
    return [
      ...lint.split('\n').filter((line) => /\[Error/.test(line)),
      ...architecture.split('\n').filter((line) => line !== '' && line !== 'no import breaks a rule'),
      ...names.split('\n').filter((line) => line !== '' && !line.startsWith('note: ')),
    ];
  }

  /** Returns the test files that fail, of those given. */
  failing(...files: string[]): string[] {
    const report = join(this.folder, 'report.json');
    rmSync(report, { force: true });
    // A copy has no PostgreSQL of its own.
    const projects = ['--project=node', '--project=web'];
    this.#run('vitest/vitest.mjs', ['run', ...projects, '--reporter=json', `--outputFile.json=${report}`, ...files]);
    const { testResults } = JSON.parse(readFileSync(report, 'utf8')) as {
      testResults: { name: string; status: string }[];
    };
    return files.filter((file) => testResults.find(({ name }) => name.endsWith(file))?.status !== 'passed');
  }

  #script(file: string): string {
    return spawnSync(process.execPath, [join(this.folder, file)], { cwd: this.folder, encoding: 'utf8' }).stdout;
  }

  #run(program: string, words: string[]): string {
    const path = join(root, 'node_modules', program);
    return spawnSync(process.execPath, [path, ...words], { cwd: this.folder, encoding: 'utf8' }).stdout;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Returns the files in the tables of a page, each with the check that names it when it is left out. */
export const rowsOf = (page: string, heading: string): { file: string; named: string }[] => {
  const [, part = ''] = page.split(`\n## ${heading}\n`);
  const table = part.split('\n## ')[0]!;
  return [...table.matchAll(/^\| `([^`]+)` \|.*\| ([^|]+) \|$/gm)].map(([, file, named]) => ({
    file: file!,
    named: named!.replaceAll('`', ''),
  }));
};
