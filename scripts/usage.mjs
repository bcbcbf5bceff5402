import { readFileSync } from 'node:fs';

/**
 * Returns the source's first comment, which `--help` prints.
 * @param {string} file a source's path
 */
export function usageOf(file) {
  const [, comment] = /^\/\*\*\n([^]*?)\n \*\//.exec(readFileSync(file, 'utf8')) ?? [];
  if (comment === undefined) throw new Error(`${file} begins with no comment that says how it is used`);
  return comment.replaceAll(/^ \* ?/gm, '').replaceAll('`', '');
}
