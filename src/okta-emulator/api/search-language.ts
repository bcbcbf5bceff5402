import { sql, type RawBuilder } from 'kysely';
import { OktaError } from '../wire/errors.ts';

/** A SQL condition on a row of `people`. */
export type Condition = RawBuilder<boolean>;

/** A searchable field: the indexed column expression, and how a value is converted to match it. */
type Field = { column: RawBuilder<string>; of(value: string): string; contains: boolean };

const textField = (column: string): Field => ({
  column: sql`fold(${sql.ref(column)})`,
  of: (value) => value.toLowerCase(),
  contains: true,
});
const plain = (column: string, of: Field['of'] = (value) => value): Field => ({
  column: sql.ref(column),
  of,
  contains: false,
});

/** Ids are case-sensitive, statuses upper case, numbers have no case; all other fields ignore case. */
const fields: Record<string, Field> = {
  id: plain('id'),
  status: plain('status', (value) => value.toUpperCase()),
  'profile.login': textField('login'),
  'profile.email': textField('email'),
  'profile.firstName': textField('first_name'),
  'profile.lastName': textField('last_name'),
  'profile.mobilePhone': plain('mobile_phone'),
};

/** The field of a name, also for sorting. Throws 400 E0000031 for an unknown name. */
export function fieldOf(name: string): Field {
  const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
  if (!field) throw new OktaError('E0000031');
  return field;
}

/** Sorts after every text with a given prefix, in byte order. */
const LAST = '\u{10FFFF}';

/** The prefix condition as a range, which an index can answer. */
function begins({ column, of }: Field, text: string): Condition {
  const start = of(text);
  return sql`(${column} >= ${start} AND ${column} < ${start + LAST})`;
}

function test(field: Field, operator: string, value: string): Condition {
  if (operator === 'eq') return sql`${field.column} = ${field.of(value)}`;
  if (operator === 'sw') return begins(field, value);
  // Okta documents `co` for names, email and login only.
  if (!field.contains) throw new OktaError('E0000031');
  return sql`instr(${field.column}, ${field.of(value)}) > 0`;
}

/** The deepest nesting of brackets that an expression may have. */
const DEEPEST = 20;

/**
 * Parses an expression of `eq`, `sw`, `co` and `pr` clauses, joined by `and` and `or` (`and` binds closer), with
 * brackets. Field names are case-sensitive, operators and values are not.
 * @throws 400 E0000031 for any other expression
 */
export function conditionOf(expression: string): Condition {
  let rest = expression.trimStart();

  /** Consumes the next token and the spaces after it. */
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
    // Each side uses its own index, which includes the ids: SQLite's own OR would read every row it finds.
    return sql`id IN (${sql.join(
      parts.map((part) => sql`SELECT id FROM people WHERE ${part}`),
      sql` UNION ALL `,
    )})`;
  }

  const condition = anyOf(0);
  if (rest !== '') throw new OktaError('E0000031');
  return condition;
}
