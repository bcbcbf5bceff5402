/** How many characters a code of ours has: one that a caller speaks, and a recovery code. */
export const generatedCodeLengths = { caller: 8, recovery: 16 } as const;

/** A code of ours as people type it (`bfhk-mqrw …`) in the form that is compared. */
export const normalizeGeneratedCode = (typed: string): string =>
  typed
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[\s\p{Pd}\u200B-\u200D\u2060\uFEFF]/gu, '');

/** Whether a normalized text can be such a code: the alphabet is not misheard, and has nothing that is misread. */
export const isGeneratedCode = (code: string, length: number): boolean =>
  code.length === length && /^[BFHKMQRWXY2-7]*$/.test(code);
