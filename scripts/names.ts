import { globSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { root } from './step.ts';

const longest = 300;
const growing = 250;
const mostFiles = 15;
const widest = 120;
/** Such a name does not say what the file contains. */
const vagueName = /^(?:(?:.*[-_])?(?:utils?|helpers?|misc)|common|shared)$/i;

const unexplained = /(?:oxlint|eslint)-disable(?!.* -- \S)|@ts-expect-error\s*$/;

/** Removes what cannot be wrapped: links, and in code strings, regular expressions and HTML tags. */
function breakable(line: string): string {
  const text = line.replaceAll(/https?:\S+/g, '');
  if (/^\s*(?:\/[/*]|\*|\{\/\*)/.test(line)) return text;
  return /^\s*(?:\/.*\/\w*[,;]?$|<)/.test(line) ? '' : text.replaceAll(/(['"`]).*?\1|[`'"].*$/g, '');
}

/** Whether the end of the file's name selects a tier. */
const isTestName = (path: string): boolean =>
  /^(?:src|scripts|bench)\/.+\.test\.tsx?$|^e2e\/(?:system\/)?[^/]+\.spec\.ts$/.test(path);

/** `notes` are warnings. */
export function untidy(folder: string): { wrong: string[]; notes: string[] } {
  const wrong = new Set<string>();
  const notes: string[] = [];
  const sourceFiles = new Map<string, number>();
  const paths = globSync(['{src,e2e,bench,scripts,public,docs}/**', '*'], {
    cwd: folder,
    exclude: (name) => basename(name) === 'node_modules',
  });
  for (const path of paths.map((path) => path.replaceAll('\\', '/')).sort()) {
    const stem = basename(path).split('.')[0] ?? '';
    if (vagueName.test(stem)) {
      wrong.add(
        `${path}: a vague name takes anything. Name it after its subject, or put what is in it where it is used.`,
      );
    }
    if (!/\.(?:tsx?|mjs|css)$/.test(path) || !statSync(join(folder, path)).isFile()) continue;
    const text = readFileSync(join(folder, path), 'utf8').split('\n');
    const isTest = /\.test\.tsx?$/.test(path);
    if (/\.(?:test|spec)\.tsx?$/.test(path) && !isTestName(path))
      wrong.add(`${path}: nothing runs it. CONTRIBUTING.md says how test files are named.`);
    if (path.startsWith('src/') && !isTest) sourceFiles.set(dirname(path), (sourceFiles.get(dirname(path)) ?? 0) + 1);
    for (const [index, line] of text.entries()) {
      if ([...line].length > widest && [...breakable(line)].length > widest - 10) {
        wrong.add(`${path}:${index + 1}: longer than ${widest} columns. Break it.`);
      }
      const isExplained = /^\s*(?:\/\/|\{?\/\*|\*)/.test(text[index - 1] ?? '');
      if (unexplained.test(line) && !isExplained) wrong.add(`${path}:${index + 1}: say why, after “-- ” or above.`);
    }
    if (!path.startsWith('src/') || isTest) continue;
    const lines = text.length - 1;
    if (lines > longest) wrong.add(`${path}: ${lines} lines, at most ${longest}. Split it by subject.`);
    else if (lines > growing) notes.push(`${path} has ${lines} lines: at ${longest} it must be split`);
  }
  for (const [path, count] of sourceFiles) {
    if (count > mostFiles)
      wrong.add(`${path}: ${count} source files, at most ${mostFiles}. Sort them into folders by subject.`);
  }
  return { wrong: [...wrong], notes };
}

/** TypeScript in `src` outside tests, tests, and `docs`, each with its limit. */
function sizes(folder: string): string {
  const isTest = (path: string) => /\.(?:test|spec|soak)\.tsx?$/.test(path);
  const count = (pattern: string, separator: RegExp, isCounted: (path: string) => boolean) =>
    globSync(pattern, { cwd: folder })
      .filter(isCounted)
      .map((path) => readFileSync(join(folder, path), 'utf8').match(separator)?.length ?? 0)
      .reduce((sum, one) => sum + one, 0)
      .toLocaleString('en');
  const source = count('src/**/*.{ts,tsx}', /\n/g, (path) => !isTest(path) && !/[\\/]testing[\\/]/.test(path));
  const tests = count('{src,e2e,bench,scripts}/**/*.{ts,tsx}', /\n/g, isTest);
  // This page is generated.
  const words = count('docs/**/*.md', /\S+/g, (path) => !path.endsWith('settings.md'));
  return `${source} lines of src (limit 53,500), ${tests} of tests (52,000), ${words} words of docs (36,000)`;
}

if (import.meta.main) {
  const { wrong, notes } = untidy(root);
  for (const words of [...notes, sizes(root)]) console.log(`note: ${words}`);
  for (const words of wrong) console.log(words);
  process.exitCode = wrong.length > 0 ? 1 : 0;
}
