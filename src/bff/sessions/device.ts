const browsers: [string, RegExp][] = [
  ['Edge', /\bEdgA?\//],
  ['Samsung Internet', /SamsungBrowser\//],
  ['Opera', /\bOPR\//],
  ['Firefox', /Firefox\/|FxiOS\//],
  ['Chrome', /Chrome\/|CriOS\//],
  ['Safari', /Safari\//],
];

const systems: [string, RegExp][] = [
  ['iPhone', /iPhone/],
  ['iPad', /iPad/],
  ['Android', /Android/],
  ['Windows', /Windows/],
  ['ChromeOS', /CrOS/],
  ['Mac', /Mac OS X/],
  ['Linux', /Linux/],
];

/** What a browser says of itself, as far as we know the words; enough to tell one's phone from one's laptop. */
export function deviceOf(agent: string): { browser: string | null; system: string | null } {
  const first = (table: [string, RegExp][]) => table.find(([, pattern]) => pattern.test(agent))?.[0] ?? null;
  return { browser: first(browsers), system: first(systems) };
}
