type Bound<F> = F extends (parts: never, ...args: infer A) => infer R ? (...args: A) => R : never;

/**
 * Creates a service from functions whose first argument is `parts`. The service's functions no longer take this
 * argument.
 * @param parts what the functions share; nothing may change it
 */
export function bindParts<P, F extends Record<string, (parts: P, ...args: never[]) => unknown>>(
  parts: P,
  functions: F,
) {
  const bound = Object.entries(functions).map(([name, one]) => [name, one.bind(null, parts)]);
  return Object.fromEntries(bound) as { [Name in keyof F]: Bound<F[Name]> };
}
