import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Pages that are generated, and the changelog, grow by themselves. */
const generated = new Set(['docs/settings.md', 'docs/operate/log-messages.md']);

export type Counts = { source: number; tests: number; words: number };

/** Counts lines of TypeScript in `src` outside tests and fixtures, lines of tests, and words of `docs`. */
export function counts(folder: string): Counts {
  const textsOf = (pattern: string, isCounted: (file: string) => boolean = () => true) =>
    globSync(pattern, { cwd: folder })
      .map((file) => file.replaceAll('\\', '/'))
      .filter(isCounted)
      .map((file) => readFileSync(join(folder, file), 'utf8'));
  const lines = (texts: string[]) => texts.reduce((sum, text) => sum + text.split('\n').length - 1, 0);
  const isTest = (file: string) => /\.(?:test|spec|soak)\.tsx?$/.test(file);
  return {
    source: lines(textsOf('src/**/*.{ts,tsx}', (file) => !isTest(file) && !/(?:^|\/)testing\//.test(file))),
    tests: lines(textsOf('{src,e2e,bench,scripts}/**/*.{ts,tsx}', isTest)),
    words: textsOf('docs/**/*.md', (file) => !generated.has(file))
      .map((text) => text.split(/\s+/).filter(Boolean).length)
      .reduce((sum, words) => sum + words, 0),
  };
}

/** One line for `npm run check`, with the aims. */
export function sentenceOf({ source, tests, words }: Counts): string {
  const [a, b, c] = [source, tests, words].map((count) => count.toLocaleString('en'));
  return `${a} lines of src (aim 53,500), ${b} of tests (52,000), ${c} words of docs (36,000)`;
}
