import type { DehydratedState } from '@tanstack/react-query';
import type { Settings } from '#contract/endpoints.ts';
import type { Locale } from '#contract/locales.ts';
import type { Problem } from './errors/problem.ts';

/** What the page from the server carries for the script, as JSON in an element of this id. */
export const dataElementId = 'latchkey-data';

export type PageData = {
  build: string;
  locale: Locale;
  /** The server's now, milliseconds since the epoch. */
  now: number;
  signedIn: boolean;
  settings: Settings;
  problem: Problem | null;
  queries: DehydratedState;
};
