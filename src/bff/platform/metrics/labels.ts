import { METHODS, STATUS_CODES } from 'node:http';
import { errors } from '#contract/errors.ts';
import { factorKinds } from '#contract/kinds.ts';

/** Replaces a value that is not in a fixed list with `other`. So neither requests nor Okta can add series. */
const among = (known: Iterable<string>) => {
  const all = new Set(known);
  return (value: string): string => (all.has(value) ? value : 'other');
};

const usual = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
export const methodLabel = among(METHODS.filter((method) => usual.includes(method)));
export const kindLabel = among([...factorKinds, 'none']);

const errorLabel = among(Object.keys(errors));
/** The label of a reason: the error code at its end (`deleteFactor: last_factor`), or `other` for any other text. */
export const reasonLabel = (reason: string): string => errorLabel(reason.slice(reason.lastIndexOf(' ') + 1));

const statuses = new Set([...Object.keys(STATUS_CODES), '499']);
/** Returns a standard status unchanged, and any other status as `1xx` to `5xx` or `other`. */
export function statusLabel(status: number): string {
  const text = String(status);
  return statuses.has(text) ? text : /^[1-5]\d\d$/.test(text) ? `${text[0]}xx` : 'other';
}
