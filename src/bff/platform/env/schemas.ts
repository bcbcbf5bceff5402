import * as z from 'zod';

const empty = (value: unknown) => (value === '' ? undefined : value);
export const optional = <T extends z.ZodType>(schema: T) => z.preprocess(empty, schema.optional());
export const withDefault = <T extends z.ZodType>(schema: T, value: z.input<T>) =>
  z.preprocess((given) => empty(given) ?? value, schema);
export const wholeNumber = (least: number, most: number) => {
  const range = `is not a whole number from ${least} to ${most}`;
  return z.coerce.number({ error: range }).int(range).min(least, range).max(most, range);
};

type Schemas = Readonly<Record<string, z.ZodType>>;
export type Parsed<S extends Schemas> = { [K in keyof S]: z.output<S[K]> };

/** An invalid variable gets its default, so that all errors can be reported at once. */
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
