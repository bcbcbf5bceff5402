/** Letters that no normalization takes apart. */
const foldedLetters: Record<string, string> = {
  ß: 'ss',
  ø: 'o',
  æ: 'ae',
  œ: 'oe',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ı: 'i',
};

/** Returns a text in lower case and without accents. */
export const fold = (text: string): string =>
  text
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[ßøæœłđðþı]/g, (letter) => foldedLetters[letter]!);

/** Returns the words of a text as `fold` writes them: commas separate words too, as in "Vaughan, Dorothy". */
export const foldedWords = (text: string): string[] =>
  fold(text)
    .split(/[\s,]+/)
    .filter(Boolean);
