import { endpoints } from './endpoints.ts';
import type { AllEndpoints } from './endpoints.ts';
import { helpdeskEndpoints } from './helpdesk.ts';

/** Every endpoint. Not for the browser, whose first page does without the helpdesk's. */
export const allEndpoints: AllEndpoints = { ...helpdeskEndpoints, ...endpoints };
