import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import { OktaError } from '../wire/errors.ts';

/** A condition on a row of `people`. */
export type Condition = RawBuilder<boolean>;

/**
 * A field of the language: the column as it is compared, which an index holds so, and how a value is brought to that.
 */
type Field = { column: RawBuilder<string>; of(value: string): string; contains: boolean };

const words = (column: string): Field => ({
  column: sql`fold(${sql.ref(column)})`,
  of: (value) => value.toLowerCase(),
  contains: true,
});
const plain = (column: string, of: Field['of'] = (value) => value): Field => ({
  column: sql.ref(column),
  of,
  contains: false,
});

/**
 * Ids tell case apart, statuses are capitals, and numbers have none; everything else is compared without regard to
 * case.
 */
const fields: Record<string, Field> = {
  id: plain('id'),
  status: plain('status', (value) => value.toUpperCase()),
  'profile.login': words('login'),
  'profile.email': words('email'),
  'profile.firstName': words('first_name'),
  'profile.lastName': words('last_name'),
  'profile.mobilePhone': plain('mobile_phone'),
};

/** The field of a name, for sorting too. Throws 400 E0000031 for a name that is none. */
export function fieldOf(name: string): Field {
  const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
  if (!field) throw new OktaError('E0000031');
  return field;
}

/** After everything that begins with a text, in the order of bytes. */
const LAST = '\u{10FFFF}';

/** What begins so, as a range, which an index answers. */
function begins({ column, of }: Field, text: string): Condition {
  const start = of(text);
  return sql`(${column} >= ${start} AND ${column} < ${start + LAST})`;
}

function test(field: Field, operator: string, value: string): Condition {
  if (operator === 'eq') return sql`${field.column} = ${field.of(value)}`;
  if (operator === 'sw') return begins(field, value);
  // Published for names, email and login alone.
  if (!field.contains) throw new OktaError('E0000031');
  return sql`instr(${field.column}, ${field.of(value)}) > 0`;
}

/** As deep as brackets go before an expression is none. */
const DEEPEST = 20;

/**
 * Reads an expression of `eq`, `sw`, `co` and `pr` clauses joined by `and` and `or` (`and` binds closer) with brackets,
 * as published: names of fields have case, words and values have none. Throws 400 E0000031 for anything else.
 */
export function conditionOf(expression: string): Condition {
  let rest = expression.trimStart();

  /** Takes what stands next, with the spaces behind it. */
  function take(pattern: RegExp): string[] | null {
    const found = pattern.exec(rest);
    if (!found) return null;
    rest = rest.slice(found[0].length).trimStart();
    return found.slice(1);
  }

  function clause(depth: number): Condition {
    if (take(/^\(/)) {
      if (depth >= DEEPEST) throw new OktaError('E0000031');
      const inner = anyOf(depth + 1);
      if (!take(/^\)/)) throw new OktaError('E0000031');
      return sql`(${inner})`;
    }
    const present = take(/^([A-Za-z.]+)\s+pr(?![^\s)])/i);
    if (present) return sql`${fieldOf(present[0]!).column} IS NOT NULL`;
    const [name, operator, quoted] = take(/^([A-Za-z.]+)\s+(eq|sw|co)\s+"((?:[^"\\]|\\.)*)"/i) ?? [];
    if (name === undefined || operator === undefined || quoted === undefined) throw new OktaError('E0000031');
    return test(fieldOf(name), operator.toLowerCase(), quoted.replaceAll(/\\(.)/g, '$1'));
  }

  function joined(word: RegExp, part: (depth: number) => Condition, depth: number): Condition[] {
    const parts = [part(depth)];
    while (take(word)) parts.push(part(depth));
    return parts;
  }
  const allOf = (depth: number): Condition => sql`${sql.join(joined(/^and(?=[\s(])/i, clause, depth), sql` AND `)}`;
  function anyOf(depth: number): Condition {
    const parts = joined(/^or(?=[\s(])/i, allOf, depth);
    if (parts.length === 1) return parts[0]!;
    // Each side by its own index, which holds the ids too: SQLite's way with OR would look up every row that it finds.
    return sql`id IN (${sql.join(
      parts.map((part) => sql`SELECT id FROM people WHERE ${part}`),
      sql` UNION ALL `,
    )})`;
  }

  const condition = anyOf(0);
  if (rest !== '') throw new OktaError('E0000031');
  return condition;
}
