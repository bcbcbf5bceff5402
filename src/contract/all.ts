import type { Endpoint } from './endpoint.ts';
import { helpdeskEndpoints } from './helpdesk-endpoints.ts';
import { endpoints } from './person-endpoints.ts';

/** All endpoints. Not for the browser, because it would bundle the schemas. */
export const allEndpoints = { ...helpdeskEndpoints, ...endpoints };

/** Returns one endpoint with its general type. */
export const getEndpoint = (name: keyof typeof allEndpoints): Endpoint => allEndpoints[name];
