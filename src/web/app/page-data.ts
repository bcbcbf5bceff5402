import type { DehydratedState } from '@tanstack/react-query';
import type { Settings } from '#contract/endpoints.ts';
import type { Locale } from '#contract/locale/locales.ts';
import type { Problem } from './errors/problem.ts';

/** Id of the element in which the server embeds the page's data as JSON. */
export const dataElementId = 'latchkey-data';

export type PageData = {
  build: string;
  locale: Locale;
  /** The server's time, in milliseconds since the epoch. */
  now: number;
  signedIn: boolean;
  formToken: string | null;
  settings: Settings;
  problem: Problem | null;
  queries: DehydratedState;
};
