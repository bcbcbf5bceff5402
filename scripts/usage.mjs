import { readFileSync } from 'node:fs';

/**
 * What `--help` of a program prints: the comment that its source begins with.
 * @param {string} file a source's path
 */
export function usageOf(file) {
  const [, comment] = /^\/\*\*\n([^]*?)\n \*\//.exec(readFileSync(file, 'utf8')) ?? [];
  if (comment === undefined) throw new Error(`${file} begins with no comment that says how it is used`);
  return comment.replaceAll(/^ \* ?/gm, '').replaceAll('`', '');
}
