import type { ApiError } from './errors.ts';
import type { Locale } from './locale/locales.ts';
import type { EndpointName, EndpointParams, EndpointQuery, EndpointReply, Settings } from './endpoints.ts';

export type PageRequest = {
  /** Path and query. */
  url: string;
  signedIn: boolean;
  /** Null without a session. */
  formToken: string | null;
  settings: Settings;
  /** The text of the `<style>`, exactly as the Content-Security-Policy allows it. */
  style: string | null;
  locale: Locale;
  build: string;
  /** The result of a form that was just sent without a script. */
  formResult: FormResult | null;
  /** In ms since 1970. */
  now: number;
  /** Calls a GET endpoint as this person. Rejects with an `ApiError`. */
  call: <N extends EndpointName>(
    name: N,
    params: EndpointParams<N>,
    query?: EndpointQuery<N>,
  ) => Promise<EndpointReply<N>>;
  /** A service that sign-in needs and that did not answer within the last seconds. */
  down?: 'okta' | 'store' | undefined;
  /** Shown instead of the page. */
  problem?: PageProblem;
};

export type FormResult =
  /**
   * `name`: the frozen person's name. An emailed link can freeze somebody other than the reader. `since`: ISO 8601.
   * Null: nothing was frozen.
   */
  | { form: 'freeze'; frozen: { since: string; name: string } | null }
  /** `everywhere`: Okta confirmed that its own session ended, too. */
  | { form: 'sign-out'; where: 'everywhere' | 'here' }
  /** Nothing was done, because the form's page was out of date. */
  | { form: 'stale' };

export type PageProblem =
  | { kind: 'error'; error: ApiError }
  /** This browser has no attempt for the callback: the attempt began elsewhere, is too old, or was already used. */
  | { kind: 'sign_in_expired' }
  /** Okta refused the sign-in, or the tokens are invalid. */
  | { kind: 'sign_in_refused' }
  /** The person has the maximum number of sessions, all in use. */
  | { kind: 'too_many_sessions' };

export type PageAnswer = {
  status: number;
  headers: Record<string, string>;
  html: string;
  /** The template of the page's path (`/factors/:factorId`). Null: no page has this address. */
  path: string | null;
};
export type PageRenderer = (request: PageRequest) => Promise<PageAnswer>;

export type PageBuild = {
  /** `index.html`: Vite's output, or in development the source file. */
  template: string;
  /** Null in development. */
  manifest: Record<string, { file: string; imports?: string[] }> | null;
};
export type CreatePageRenderer = (build: PageBuild) => PageRenderer;
