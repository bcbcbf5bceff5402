import type { DehydratedState } from '@tanstack/react-query';
import type { Settings } from '#contract/endpoints.ts';
import type { Locale } from '#contract/locale/locales.ts';
import type { Problem } from './errors/problem.ts';

export const dataElementId = 'latchkey-data';

export type PageData = {
  build: string;
  locale: Locale;
  /** The server's time in ms since 1970. */
  now: number;
  signedIn: boolean;
  formToken: string | null;
  settings: Settings;
  problem: Problem | null;
  queries: DehydratedState;
};
