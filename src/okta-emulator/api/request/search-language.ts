import { sql, type RawBuilder } from 'kysely';
import { OktaError } from '../../wire/errors.ts';

export type Condition = RawBuilder<boolean>;

type Operator = 'eq' | 'sw' | 'co' | 'pr' | 'gt' | 'ge' | 'lt' | 'le';

/** `column`: the expression that is indexed. `of`: converts a searched value. */
export type Field = {
  column: RawBuilder<string | number>;
  /** The value behind `column`, null if the row has none. Required if `column` itself is never null. */
  value?: RawBuilder<string>;
  of(value: string): string | number;
  operators: readonly Operator[];
};

/** Names of fields are case-sensitive. */
export type Searchable = { table: 'people' | 'groups'; fields: Readonly<Record<string, Field>> };

const ORDERED = ['eq', 'pr', 'gt', 'ge', 'lt', 'le'] as const;

/** The text is compared without case. Okta documents `co` only for some of these fields. */
export const textField = (value: RawBuilder<string>, contains: boolean): Field => ({
  column: sql`fold(${value})`,
  value,
  of: (value) => value.toLowerCase(),
  operators: [...ORDERED, 'sw', ...(contains ? (['co'] as const) : [])],
});

export const exactField = (column: string, of: (value: string) => string = (value) => value): Field => ({
  column: sql.ref(column),
  of,
  operators: [...ORDERED, 'sw'],
});

export const numberField = (column: RawBuilder<number>): Field => ({
  column,
  of(value) {
    if (!/^-?\d+(\.\d+)?$/.test(value)) throw new OktaError('E0000031');
    return Number(value);
  },
  operators: ORDERED,
});

/** The time is compared in whole seconds, as in Okta's format. */
export const dateField = (column: string): Field => ({
  column: sql`${sql.ref(column)} / 1000`,
  of(value) {
    const time = Date.parse(value);
    if (!/^\d{4}-\d{2}-\d{2}/.test(value) || Number.isNaN(time)) throw new OktaError('E0000031');
    return Math.floor(time / 1000);
  },
  operators: ORDERED,
});

export function parseField({ fields }: Searchable, name: string): Field {
  const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
  if (!field) throw new OktaError('E0000031');
  return field;
}

/** Sorts after all other characters in byte order. */
const LAST = '\u{10FFFF}';

const SIGNS = { eq: sql`=`, gt: sql`>`, ge: sql`>=`, lt: sql`<`, le: sql`<=` };

function test({ column, of, operators, value: raw }: Field, operator: Operator, value: string): Condition {
  if (!operators.includes(operator)) throw new OktaError('E0000031');
  // `fold` converts null to a text, so null must be excluded here.
  const there = raw ? sql`${raw} IS NOT NULL AND ` : sql``;
  const wanted = of(value);
  // A prefix is compared as a range, because an index can answer a range.
  if (operator === 'sw') return sql`(${there}${column} >= ${wanted} AND ${column} < ${`${wanted}${LAST}`})`;
  if (operator === 'co') return sql`(${there}instr(${column}, ${wanted}) > 0)`;
  return sql`(${there}${column} ${SIGNS[operator as keyof typeof SIGNS]} ${wanted})`;
}

/** How deeply brackets may be nested. */
const DEEPEST = 20;

const CLAUSE =
  /^([A-Za-z.]+)\s+(eq|sw|co|gt|ge|lt|le)\s+(?:"((?:[^"\\]|\\.)*)"|(-?\d+(?:\.\d+)?|true|false)(?![^\s)]))/i;

/** `and` binds more closely than `or`. Throws 400 E0000031 for an invalid expression. */
export function parseCondition(searchable: Searchable, expression: string): Condition {
  let rest = expression.trimStart();

  /** Removes a token and the spaces after it from `rest`. Returns the pattern's groups, or null. */
  function take(pattern: RegExp): string[] | null {
    const found = pattern.exec(rest);
    if (!found) return null;
    rest = rest.slice(found[0].length).trimStart();
    return found.slice(1);
  }

  function clause(depth: number): Condition {
    if (take(/^\(/)) {
      if (depth >= DEEPEST) throw new OktaError('E0000031');
      const inner = parseAny(depth + 1);
      if (!take(/^\)/)) throw new OktaError('E0000031');
      return sql`(${inner})`;
    }
    const [present] = take(/^([A-Za-z.]+)\s+pr(?![^\s)])/i) ?? [];
    if (present !== undefined) {
      const { value, column } = parseField(searchable, present);
      return sql`${value ?? column} IS NOT NULL`;
    }
    const [name, operator, quoted, bare] = take(CLAUSE) ?? [];
    if (name === undefined || operator === undefined) throw new OktaError('E0000031');
    const value = bare ?? quoted?.replaceAll(/\\(.)/g, '$1') ?? '';
    return test(parseField(searchable, name), operator.toLowerCase() as Operator, value);
  }

  function joined(word: RegExp, part: (depth: number) => Condition, depth: number): Condition[] {
    const parts = [part(depth)];
    while (take(word)) parts.push(part(depth));
    return parts;
  }
  const parseAll = (depth: number): Condition => sql`${sql.join(joined(/^and(?=[\s(])/i, clause, depth), sql` AND `)}`;
  function parseAny(depth: number): Condition {
    const parts = joined(/^or(?=[\s(])/i, parseAll, depth);
    if (parts.length === 1) return parts[0]!;
    // Each side uses its own index. With SQLite's OR, every found row would be read.
    return sql`id IN (${sql.join(
      parts.map((part) => sql`SELECT id FROM ${sql.table(searchable.table)} WHERE ${part}`),
      sql` UNION ALL `,
    )})`;
  }

  const condition = parseAny(0);
  if (rest !== '') throw new OktaError('E0000031');
  return condition;
}
