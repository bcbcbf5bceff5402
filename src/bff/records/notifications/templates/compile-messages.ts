import { type CompiledMessage, compileMessageOrThrow } from '@lingui/message-utils/compileMessage';
import { FSI, PDI } from '#contract/locale/lists.ts';
import { type Locale, locales } from '#contract/locale/locales.ts';

/** People copy these values, or mail programs turn them into links. They must not contain an invisible character. */
const copied: ReadonlySet<string> = new Set(['url', 'code']);

/** For a right-to-left language, each value is put between Unicode's isolating characters. */
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

/** Converts to Lingui's format, so that no parser of ICU texts is needed at run time. */
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
