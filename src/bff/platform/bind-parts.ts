type Bound<F> = F extends (parts: never, ...args: infer A) => infer R ? (...args: A) => R : never;

/**
 * Creates a service: functions that take its parts first become functions that do not.
 * @param parts what they share, which nobody changes
 */
export function bindParts<P, F extends Record<string, (parts: P, ...args: never[]) => unknown>>(
  parts: P,
  functions: F,
) {
  const bound = Object.entries(functions).map(([name, one]) => [name, one.bind(null, parts)]);
  return Object.fromEntries(bound) as { [Name in keyof F]: Bound<F[Name]> };
}
