import type { ApiError } from './errors.ts';
import type { Locale } from './locales.ts';
import type { EndpointName, ParamsOf, QueryOf, ReplyOf, Settings } from './endpoints.ts';

/** What the BFF hands the page renderer; src/server.ts joins the two, so that neither module imports the other. */
export type PageRequest = {
  /** Path and query, as asked. */
  url: string;
  /** Whether a live session came with the request. */
  signedIn: boolean;
  settings: Settings;
  /** The language of the page. */
  locale: Locale;
  /** The build's id, also in the header of every reply. */
  build: string;
  /** Now, milliseconds since the epoch: what the page says relative to. */
  now: number;
  /**
   * Calls a reading endpoint directly, as this person, after the page's one guard pass.
   * Rejects with an `ApiError`.
   */
  call: <N extends EndpointName>(name: N, params: ParamsOf<N>, query?: QueryOf<N>) => Promise<ReplyOf<N>>;
  /** When the BFF wants a page about a failure rather than the page of the address. */
  problem?: PageProblem;
};

/** `error`: an API error met on the way. The others are ends of a sign-in. */
export type PageProblem =
  | { kind: 'error'; error: ApiError }
  /** A callback that matches no attempt of this browser: started elsewhere, too old, or used. */
  | { kind: 'sign_in_expired' }
  /** The org refused or the tokens did not hold. */
  | { kind: 'sign_in_refused' };

export type PageAnswer = { status: number; headers: Record<string, string>; html: string };
export type PageRenderer = (request: PageRequest) => Promise<PageAnswer>;
