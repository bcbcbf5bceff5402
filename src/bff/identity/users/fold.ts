/** Letters that NFKD does not decompose. */
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

export const fold = (text: string): string =>
  text
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[ßøæœłđðþı]/g, (letter) => foldedLetters[letter]!);

/** Commas separate words too, as in "Vaughan, Dorothy". */
export const foldedWords = (text: string): string[] =>
  fold(text)
    .split(/[\s,]+/)
    .filter(Boolean);
