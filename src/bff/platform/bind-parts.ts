type Bound<F> = F extends (parts: never, ...args: infer A) => infer R ? (...args: A) => R : never;

/** Binds the first argument of each function to `parts`, which must not change. */
export function bindParts<P, F extends Record<string, (parts: P, ...args: never[]) => unknown>>(
  parts: P,
  functions: F,
) {
  const bound = Object.entries(functions).map(([name, one]) => [name, one.bind(null, parts)]);
  return Object.fromEntries(bound) as { [Name in keyof F]: Bound<F[Name]> };
}
