/** In characters. `caller`: the code that a caller reads out. */
export const generatedCodeLengths = { caller: 8, recovery: 16 } as const;

export const normalizeGeneratedCode = (typed: string): string =>
  typed
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[\s\p{Pd}\u200B-\u200D\u2060\uFEFF]/gu, '');

/** The alphabet omits characters that are easily misheard or misread. */
export const isGeneratedCode = (code: string, length: number): boolean =>
  code.length === length && /^[BFHKMQRWXY2-7]*$/.test(code);
