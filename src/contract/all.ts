import type { Endpoint } from './endpoint.ts';
import { helpdeskEndpoints } from './helpdesk-endpoints.ts';
import { endpoints } from './person-endpoints.ts';

/** All endpoints. Not for the browser, whose bundle would then contain the schemas. */
export const allEndpoints = { ...helpdeskEndpoints, ...endpoints };

export const getEndpoint = (name: keyof typeof allEndpoints): Endpoint => allEndpoints[name];
