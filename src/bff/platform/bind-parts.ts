type Bound<F> = F extends (parts: never, ...args: infer A) => infer R ? (...args: A) => R : never;

/**
 * Creates a service. Each function takes `parts` as its first argument; the service's functions no longer take it.
 * @param parts what the functions share; nothing may change it
 */
export function bindParts<P, F extends Record<string, (parts: P, ...args: never[]) => unknown>>(
  parts: P,
  functions: F,
) {
  const bound = Object.entries(functions).map(([name, one]) => [name, one.bind(null, parts)]);
  return Object.fromEntries(bound) as { [Name in keyof F]: Bound<F[Name]> };
}
