import type { Endpoint } from './endpoint.ts';
import { helpdeskEndpoints } from './helpdesk-endpoints.ts';
import { endpoints } from './person-endpoints.ts';

/** Every endpoint. Not for the browser: it brings the schemas along. */
export const allEndpoints = { ...helpdeskEndpoints, ...endpoints };

/** One endpoint, of whatever shape. */
export const endpointOf = (name: keyof typeof allEndpoints): Endpoint => allEndpoints[name];
