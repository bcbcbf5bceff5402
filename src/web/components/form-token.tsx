import { createContext, type ReactElement, use } from 'react';
import { formTokenField } from '#contract/endpoints.ts';

/** The form token of the session that the server rendered the page for; empty where nobody is signed in. */
export const FormTokenContext = createContext('');

/** Whether somebody is signed in. Unlike the session's data, it is known while Okta does not answer. */
export const useSignedIn = (): boolean => use(FormTokenContext) !== '';

/** The hidden field by which the server accepts a form that was sent without a script. */
export const FormToken = (): ReactElement => (
  <input type="hidden" name={formTokenField} value={use(FormTokenContext)} />
);
