import type { CompiledMessage } from '@lingui/message-utils/compileMessage';

const accented: Record<string, string> = {
  a: 'á',
  e: 'é',
  i: 'î',
  o: 'ö',
  u: 'ü',
  y: 'ý',
  A: 'Å',
  E: 'É',
  I: 'Î',
  O: 'Ø',
};

/** Elements (`<0>`) stay. */
const lengthen = (text: string): string =>
  text
    .split(/(<\/?\w+\/?>)/)
    .map((part, index) =>
      index % 2 === 1
        ? part
        : part.replaceAll(/[aeiouyAEIO]/g, (one) => accented[one]! + (/[eo]/.test(one) ? accented[one]! : '')),
    )
    .join('');

/** `part`: text, `#`, a value, or a choice between messages. */
function change(part: unknown): unknown {
  if (typeof part === 'string') return lengthen(part);
  if (!Array.isArray(part)) return part;
  const [name, kind, choices] = part as [string, string?, unknown?];
  if (typeof choices !== 'object' || choices === null || Array.isArray(choices)) return part;
  const changed = Object.entries(choices).map(([key, one]) => [key, changeMessage(one)]);
  return [name, kind, Object.fromEntries(changed)];
}

const changeMessage = (message: unknown): unknown => (Array.isArray(message) ? message.map(change) : change(message));

/** The result has Lingui's compiled form. `⟦…⟧` shows where a text ends. */
export const makePseudo = (messages: Record<string, CompiledMessage>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(messages).map(([id, message]) => [
      id,
      ['⟦', ...([changeMessage(message)].flat(1) as unknown[]), '⟧'],
    ]),
  );
