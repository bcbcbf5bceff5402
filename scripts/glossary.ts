export type Source = { file: string; text: string };

/**
 * Words that are not used in names: the project once used them in a meaning of its own, and has another word for it
 * (`docs/glossary.md`). Each is one word of an identifier, or two that follow each other.
 */
export const unusedWords = [
  'acts',
  'alongside',
  'bent',
  'breach',
  'breathe',
  'caller proof',
  'cant prove',
  'coding',
  'cutoff',
  'desk',
  'door',
  'drawer',
  'drill',
  'drills',
  'duties',
  'duty',
  'face',
  'faces',
  'hand over',
  'holding',
  'house',
  'indoors',
  'judged',
  'law',
  'leaves',
  'liar',
  'lift',
  'lifts',
  'owed',
  'place factor',
  'porch',
  'proving',
  'quietly',
  'room',
  'rooms',
  'scene',
  'scenes',
  'settle',
  'spend',
  'spent',
  'stand',
  'standing',
  'stands',
  'taken back',
  'test engine',
  'tightened',
  'traces',
  'trail',
  'unproven',
  'unseen',
  'unspent',
  'viewer',
  'way back',
  'wish',
  'wishes',
  'witness',
  'workshop',
] as const;

/** Names of Okta's and systemd's that contain such a word. */
const theirs = new Set(['HELP_DESK_ADMIN', 'ProtectHouse']);

const comment = /^\s*(?:\/\/|\/?\*).*|\s\/\/ .*$/gm;
const text = /'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"/g;
const template = /`(?:\\.|[^`\\])*`/g;
const identifier = /[A-Za-z_$][\w$]*/g;

/** Splits an identifier into its words: `sealedOnce`, `sealed_once` → `sealed once`. */
const wordsOf = (name: string): string =>
  name
    .replaceAll(/([a-z\d])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[_$ ]+/)
    .filter(Boolean)
    .join(' ');

/** Returns one line for each name that contains one of these words: `file:line name`. Comments and texts are free. */
export function namesWith(words: readonly string[], sources: readonly Source[]): string[] {
  const wanted = new RegExp(`(?:^| )(?:${words.join('|')})(?: |$)`);
  const known = new Map<string, boolean>();
  const isFound = (name: string): boolean => {
    let found = known.get(name);
    if (found === undefined) known.set(name, (found = !theirs.has(name) && wanted.test(wordsOf(name))));
    return found;
  };
  return sources.flatMap(({ file, text: source }) => {
    const inPath = wordsOf(file.replaceAll(/[^A-Za-z\d]+/g, '_'));
    const code = source
      .replaceAll(comment, '')
      .replaceAll(text, "''")
      // Of a template, its expressions are code.
      .replaceAll(template, (all) => all.replaceAll(/(?:^|\})[^$\n]*?(?=\$\{|$)/gm, ' '))
      .split('\n')
      .flatMap((line, index) =>
        (line.match(identifier) ?? []).filter(isFound).map((name) => `${file}:${index + 1} ${name}`),
      );
    return [...(wanted.test(inPath) ? [`${file} (its path)`] : []), ...code];
  });
}
