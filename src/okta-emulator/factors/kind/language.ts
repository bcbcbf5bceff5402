/** RFC 9110 section 12.5.4: by weight, then by position. `de-AT` matches `de`. Default: `en`. */
export function chooseLanguage<Language extends string>(
  header: string | undefined,
  known: readonly ('en' | Language)[],
): 'en' | Language {
  const wanted = (header ?? '')
    .split(',')
    .map((part) => {
      const [range = '', ...parameters] = part
        .trim()
        .toLowerCase()
        .split(/\s*;\s*/);
      const weight = parameters.find((parameter) => parameter.startsWith('q='));
      return { range, weight: weight ? Number(weight.slice(2)) || 0 : 1 };
    })
    .filter(({ weight }) => weight > 0)
    .toSorted((a, b) => b.weight - a.weight);
  for (const { range } of wanted) {
    const found = known.find((language) => range === language || range.startsWith(`${language}-`));
    if (found) return found;
  }
  return 'en';
}
