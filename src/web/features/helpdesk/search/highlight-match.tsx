import type { ReactElement } from 'react';

/**
 * Where what was asked for begins a word of `text`, as start and end; null where it does not. Case and accents are no
 * difference.
 */
export function matchOf(text: string, asked: string): [number, number] | null {
  // One code unit stays one, so that places in the plain text are places in the text.
  const plain = (one: string): string =>
    Array.from({ length: one.length }, (_, at) => one.charAt(at).normalize('NFD').charAt(0).toLowerCase()).join('');
  const [whole, part] = [plain(text), plain(asked)];
  if (part === '') return null;
  for (let at = whole.indexOf(part); at >= 0; at = whole.indexOf(part, at + 1))
    if (at === 0 || /[\s.@_'’-]/.test(whole.charAt(at - 1))) return [at, at + part.length];
  return null;
}

/** A name or address with what matched marked in it. */
export function HighlightMatch({ text, asked }: { text: string; asked: string }): ReactElement {
  const found = matchOf(text, asked);
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
