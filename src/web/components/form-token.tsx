import { createContext, type ReactElement, use } from 'react';
import { formTokenField } from '#contract/endpoints.ts';

/** The form token of the session for which the server rendered the page; empty if nobody is signed in. */
export const FormTokenContext = createContext('');

/** Known even while Okta does not answer, unlike the session's data. */
export const useSignedIn = (): boolean => use(FormTokenContext) !== '';

/** The server requires the token in a form that is sent without a script. */
export const FormToken = (): ReactElement => (
  <input type="hidden" name={formTokenField} value={use(FormTokenContext)} />
);
