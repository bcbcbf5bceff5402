import type { ReactElement } from 'react';

/** Start and end of the first place where `searched` begins a word, or null. Ignores case and accents. */
export function findMatch(text: string, searched: string): [number, number] | null {
  // Each code unit becomes exactly one code unit, so an index into the plain text is also an index into `text`.
  const plain = (one: string): string =>
    Array.from({ length: one.length }, (_, at) => one.charAt(at).normalize('NFD').charAt(0).toLowerCase()).join('');
  const [whole, part] = [plain(text), plain(searched)];
  if (part === '') return null;
  for (let at = whole.indexOf(part); at >= 0; at = whole.indexOf(part, at + 1))
    if (at === 0 || /[\s.@_'’-]/.test(whole.charAt(at - 1))) return [at, at + part.length];
  return null;
}

export function HighlightMatch({ text, searched }: { text: string; searched: string }): ReactElement {
  const found = findMatch(text, searched);
  if (!found) return <>{text}</>;
  const [from, to] = found;
  return (
    <>
      {text.slice(0, from)}
      <mark>{text.slice(from, to)}</mark>
      {text.slice(to)}
    </>
  );
}
