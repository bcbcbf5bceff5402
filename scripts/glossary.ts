import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export type Retired = { identifiers: string[]; messageIds: string[]; paths: string[]; settings: string[] };
export type Source = { file: string; text: string };

export const readRetired = (root: string): Retired =>
  JSON.parse(readFileSync(join(root, 'docs/renames/retired.json'), 'utf8')) as Retired;

/** A whole word of code: not part of a file name, a hyphenated word or a contraction. */
const word = /(?<![\w$/'-])[A-Za-z_$][\w$]*(?![\w$'-])/g;
/** The beginning of a string: a message id, or a path up to its query. */
const quoted = /(?<=['"`])[\w./-]+/g;

/**
 * Returns one line for each retired name that a source uses: `file:line name`. Identifiers and settings count as whole
 * words of code, message ids and paths at the beginning of a string. Comments may use a word that is also English.
 */
export function retiredNamesIn(sources: readonly Source[], retired: Retired): string[] {
  const names = new Set([...retired.identifiers, ...retired.settings]);
  const ids = new Set(retired.messageIds);
  const isRetiredText = (text: string): boolean =>
    ids.has(text) || retired.paths.some((path) => text === path || text.startsWith(`${path.replace(/\/$/, '')}/`));
  return sources.flatMap(({ file, text }) =>
    text.split('\n').flatMap((line, index) => {
      const isComment = /^\s*(?:\/\/|\/?\*)/.test(line);
      const words =
        isComment || file.endsWith('.json') ? [] : (line.match(word) ?? []).filter((name) => names.has(name));
      return [...words, ...(line.match(quoted) ?? []).filter(isRetiredText)].map(
        (name) => `${file}:${index + 1} ${name}`,
      );
    }),
  );
}
