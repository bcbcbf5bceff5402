import { METHODS, STATUS_CODES } from 'node:http';
import { errors } from '#contract/errors.ts';
import { factorKinds } from '#contract/kinds.ts';

/** Neither requests nor Okta can add series, because other values become `other`. */
const among = (known: Iterable<string>) => {
  const all = new Set(known);
  return (value: string): string => (all.has(value) ? value : 'other');
};

const usual = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
export const methodLabel = among(METHODS.filter((method) => usual.includes(method)));
export const kindLabel = among([...factorKinds, 'none']);

const errorLabel = among(Object.keys(errors));
/** The error code at the end of a reason (`deleteFactor: last_factor`), or `other`. */
export const reasonLabel = (reason: string): string => errorLabel(reason.slice(reason.lastIndexOf(' ') + 1));

const statuses = new Set([...Object.keys(STATUS_CODES), '499']);
export function statusLabel(status: number): string {
  const text = String(status);
  return statuses.has(text) ? text : /^[1-5]\d\d$/.test(text) ? `${text[0]}xx` : 'other';
}
