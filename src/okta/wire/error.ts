import * as z from 'zod/mini';
import { isObject, listOrEmpty, textOrNull } from './lenient.ts';

const error = z.object({
  errorCode: textOrNull,
  errorSummary: textOrNull,
  errorId: textOrNull,
  errorCauses: listOrEmpty,
  /** OAuth endpoints send these fields instead of `errorCode` and `errorSummary`. */
  error: textOrNull,
  error_description: textOrNull,
});

export type WireError = { code: string | null; summary: string | null; causes: string[]; errorId: string | null };

/** Characters. Longer texts could flood the logs. */
const longest = 500;

export function readError(json: unknown): WireError | null {
  if (!isObject(json)) return null;
  const read = z.parse(error, json);
  const code = read.errorCode ?? read.error;
  if (code === null) return null;
  return {
    code: code.slice(0, 64),
    summary: (read.errorSummary ?? read.error_description)?.slice(0, longest) ?? null,
    causes: causesIn(read.errorCauses),
    errorId: read.errorId?.slice(0, 64) ?? null,
  };
}

function causesIn(list: unknown[]): string[] {
  return list
    .slice(0, 20)
    .map((cause) => (isObject(cause) ? cause['errorSummary'] : null))
    .filter((summary) => typeof summary === 'string')
    .map((summary) => summary.slice(0, longest));
}
