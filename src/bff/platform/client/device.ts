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

export function parseDevice(agent: string): { browser: string | null; system: string | null } {
  const first = (table: [string, RegExp][]) => table.find(([, pattern]) => pattern.test(agent))?.[0] ?? null;
  return { browser: first(browsers), system: first(systems) };
}
