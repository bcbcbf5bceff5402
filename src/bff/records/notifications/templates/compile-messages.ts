import { type CompiledMessage, compileMessageOrThrow } from '@lingui/message-utils/compileMessage';
import { FSI, PDI } from '#contract/locale/lists.ts';
import { type Locale, locales } from '#contract/locale/locales.ts';

/** Values that people copy, or that mail programs turn into links. They must not contain an invisible character. */
const copied: ReadonlySet<string> = new Set(['url', 'code']);

/** Puts each value of a message between Unicode's isolating characters, for a right-to-left language. */
function isolate(tokens: readonly unknown[]): unknown[] {
  return tokens.flatMap((token): unknown[] => {
    if (!Array.isArray(token)) return [token];
    const [name, kind, choices] = token as [string, string?, unknown?];
    if (kind === undefined) return copied.has(name) ? [token] : [FSI, token, PDI];
    if (typeof choices !== 'object' || choices === null) return [token];
    const isolated = Object.entries(choices).map(([key, one]) => [key, Array.isArray(one) ? isolate(one) : one]);
    return [[name, kind, Object.fromEntries(isolated)]];
  });
}

/** Compiles a locale's ICU texts to Lingui's format, by message id, so that no parser is needed at run time. */
export const compileMessages = (
  texts: Readonly<Record<string, string>>,
  locale: Locale,
): Record<string, CompiledMessage> =>
  Object.fromEntries(
    Object.entries(texts).map(([id, text]) => {
      const message = compileMessageOrThrow(text);
      const isIsolated = locales[locale].direction === 'rtl' && Array.isArray(message);
      return [id, isIsolated ? (isolate(message) as CompiledMessage) : message];
    }),
  );
