import { createContext, type ReactElement, use } from 'react';
import { formTokenField } from '#contract/endpoints.ts';

/** The form token of the session that the server rendered the page for. */
export const FormTokenContext = createContext('');

/** The hidden field that a plain form needs, so that the server takes it without a script. */
export const FormToken = (): ReactElement => (
  <input type="hidden" name={formTokenField} value={use(FormTokenContext)} />
);
