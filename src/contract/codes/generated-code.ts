/** How many characters a generated code has: one that a caller reads out, and a recovery code. */
export const generatedCodeLengths = { caller: 8, recovery: 16 } as const;

/** Normalizes a typed code (`bfhk-mqrw …`) for comparison. */
export const normalizeGeneratedCode = (typed: string): string =>
  typed
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[\s\p{Pd}\u200B-\u200D\u2060\uFEFF]/gu, '');

/**
 * Whether a normalized text can be a generated code. The alphabet omits characters that are easily misheard or misread.
 */
export const isGeneratedCode = (code: string, length: number): boolean =>
  code.length === length && /^[BFHKMQRWXY2-7]*$/.test(code);
