import * as z from 'zod';

const empty = (value: unknown) => (value === '' ? undefined : value);
/** A variable that may be missing or empty. */
export const optional = <T extends z.ZodType>(schema: T) => z.preprocess(empty, schema.optional());
/** A variable with a default. The default is a text, as in the environment. */
export const withDefault = <T extends z.ZodType>(schema: T, value: z.input<T>) =>
  z.preprocess((given) => empty(given) ?? value, schema);
/** A whole number in a range. */
export const wholeNumber = (least: number, most: number) => {
  const range = `is not a whole number from ${least} to ${most}`;
  return z.coerce.number({ error: range }).int(range).min(least, range).max(most, range);
};

type Schemas = Readonly<Record<string, z.ZodType>>;
export type Parsed<S extends Schemas> = { [K in keyof S]: z.output<S[K]> };

/** Parses each variable separately and adds every error to `faults`. An invalid variable gets its default. */
export function parseWith<S extends Schemas>(
  schemas: S,
  env: Record<string, string | undefined>,
  faults: string[],
): Parsed<S> {
  const entries = Object.entries(schemas).map(([name, schema]) => {
    const result = schema.safeParse(env[name]);
    if (result.success) return [name, result.data];
    faults.push(`${name} ${result.error.issues[0]!.message}`);
    return [name, schema.safeParse(undefined).data];
  });
  return Object.fromEntries(entries) as Parsed<S>;
}
