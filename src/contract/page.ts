import type { ApiError } from './errors.ts';
import type { Locale } from './locale/locales.ts';
import type { EndpointName, EndpointParams, EndpointQuery, EndpointReply, Settings } from './endpoints.ts';

/** The BFF's request to the page renderer. src/server.ts connects both, so that neither imports the other. */
export type PageRequest = {
  /** Path and query of the request. */
  url: string;
  /** Whether the request has a valid session. */
  signedIn: boolean;
  /** The session's form token, for the page's plain forms; null without a session. */
  formToken: string | null;
  settings: Settings;
  /** The text of a `<style>`, exactly as the policy allows it; null: none. */
  style: string | null;
  /** The language of the page. */
  locale: Locale;
  /** The build's id; every response has it in a header. */
  build: string;
  /** The result of a form that was just sent without a script; otherwise null. */
  formResult: FormResult | null;
  /** The current time in milliseconds since the epoch; relative times start from it. */
  now: number;
  /**
   * Calls a GET endpoint directly, as this person; the page's request is already authorized. Rejects with an
   * `ApiError`.
   */
  call: <N extends EndpointName>(
    name: N,
    params: EndpointParams<N>,
    query?: EndpointQuery<N>,
  ) => Promise<EndpointReply<N>>;
  /** The service that sign-in needs and that, within the last seconds, did not answer. */
  down?: 'okta' | 'store' | undefined;
  /** The problem that the page must show instead. */
  problem?: PageProblem;
};

/** The result of a form that was sent without a script. */
export type FormResult =
  /**
   * When the freeze began (ISO 8601), and whose changes are frozen: an emailed link may freeze another person. Null: no
   * freeze.
   */
  | { form: 'freeze'; frozen: { since: string; name: string } | null }
  /** `everywhere`: Okta confirmed that its session ended, too. */
  | { form: 'sign-out'; where: 'everywhere' | 'here' }
  /** Nothing was done, because the form's page was out of date. */
  | { form: 'stale' };

/** `error`: an API error. The other kinds are failed sign-ins. */
export type PageProblem =
  | { kind: 'error'; error: ApiError }
  /** A callback without an attempt in this browser: the attempt began elsewhere, is too old, or was already used. */
  | { kind: 'sign_in_expired' }
  /** Okta refused the sign-in, or the tokens are invalid. */
  | { kind: 'sign_in_refused' }
  /** The person has the maximum number of sessions, all in use. */
  | { kind: 'too_many_sessions' };

export type PageAnswer = {
  status: number;
  headers: Record<string, string>;
  html: string;
  /** The template of the page's path (`/factors/:factorId`); null if no page has this address. */
  path: string | null;
};
export type PageRenderer = (request: PageRequest) => Promise<PageAnswer>;

/** The parts of the client's build that the page renderer needs. */
export type PageBuild = {
  /** `index.html`: in production Vite's output, in development the source file. */
  template: string;
  /** Vite's manifest of the files for browsers; null in development. */
  manifest: Record<string, { file: string; imports?: string[] }> | null;
};
/** The function that `src/web/app/entry-server.tsx` exports as `createRenderer`. */
export type CreatePageRenderer = (build: PageBuild) => PageRenderer;
