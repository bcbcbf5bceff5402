import type { ApiError } from './errors.ts';
import type { Locale } from './locale/locales.ts';
import type { EndpointName, EndpointParams, EndpointQuery, EndpointReply, Settings } from './endpoints.ts';

/** What the BFF passes to the page renderer. src/server.ts connects the two, so that neither imports the other. */
export type PageRequest = {
  /** Path and query of the request. */
  url: string;
  /** Whether the request has a valid session. */
  signedIn: boolean;
  /** The session's form token, for the page's plain forms; null without a session. */
  formToken: string | null;
  settings: Settings;
  /** The language of the page. */
  locale: Locale;
  /** The build's id; every response has it in a header. */
  build: string;
  /** What a form has just done; null for every other visit. */
  formResult: FormResult | null;
  /** Now, in milliseconds since the epoch; the base of relative times. */
  now: number;
  /**
   * Calls a reading endpoint directly, as this user; the page's request is already authorized. Rejects with an
   * `ApiError`.
   */
  call: <N extends EndpointName>(
    name: N,
    params: EndpointParams<N>,
    query?: EndpointQuery<N>,
  ) => Promise<EndpointReply<N>>;
  /** What signing in needs and does not answer, as the portal noticed within the last seconds. */
  down?: 'okta' | 'store' | undefined;
  /** Set when the BFF wants a page about a failure instead. */
  problem?: PageProblem;
};

/**
 * What a form has done. `freeze`: since when changes are frozen by it (ISO 8601), and whose: a link may be anybody's;
 * null: it froze nothing. `sign-out`:
 * `everywhere` if Okta has said so, else `here`. `stale`: nothing, since its page was out of date.
 */
export type FormResult =
  | { form: 'freeze'; frozen: { since: string; name: string } | null }
  | { form: 'sign-out'; where: 'everywhere' | 'here' }
  | { form: 'stale' };

/** `error`: an API error. The others are failed sign-ins. */
export type PageProblem =
  | { kind: 'error'; error: ApiError }
  /** A callback without an attempt in this browser: started elsewhere, too old, or already used. */
  | { kind: 'sign_in_expired' }
  /** Okta refused the sign-in, or the tokens are invalid. */
  | { kind: 'sign_in_refused' }
  /** The person has as many sessions as one may have, and all are in use. */
  | { kind: 'too_many_sessions' };

export type PageAnswer = {
  status: number;
  headers: Record<string, string>;
  html: string;
  /** The template of the page's path (`/factors/:factorId`); null if no page has the address. */
  path: string | null;
};
export type PageRenderer = (request: PageRequest) => Promise<PageAnswer>;

/** What the pages' renderer needs of the client's build. */
export type PageBuild = {
  /** `index.html`: in production as Vite has built it, in development as it is. */
  template: string;
  /** Vite's manifest of the files for browsers; null in development. */
  manifest: Record<string, { file: string; imports?: string[] }> | null;
};
/** What `src/web/app/entry-server.tsx` exports as `createRenderer`. */
export type CreatePageRenderer = (build: PageBuild) => PageRenderer;
