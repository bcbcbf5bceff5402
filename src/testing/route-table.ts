import { endpoints } from '#contract/endpoints.ts';
import type { BodyOf, EndpointName } from '#contract/endpoints.ts';
import { policies } from '#bff/guards/policies.ts';

/** One route as its tests see it. */
export type Route = { name: EndpointName; method: string; path: string; params: string[]; unsafe: boolean; signedIn: boolean };

/** Every route of the contract, so that what is generated from it covers a new one by itself. */
export const routes: Route[] = (Object.keys(endpoints) as EndpointName[]).map((name) => {
  const { method, path } = endpoints[name];
  return {
    name,
    method,
    path,
    params: [...path.matchAll(/\{(\w+)\}/g)].map(([, param]) => param!),
    unsafe: method !== 'GET',
    signedIn: policies[name].who === 'signed-in',
  };
});

/** A path with every parameter filled with the same text, as it is. */
export const filled = ({ path }: Route, value = 'uft00000000000000000'): string => path.replace(/\{\w+\}/g, () => value);

type WithBody = { [N in EndpointName]: BodyOf<N> extends undefined ? never : N }[EndpointName];

/** A right body of each route that takes one. A new one without a row here does not compile. */
const bodies: { [N in WithBody]: BodyOf<N> } = {
  enrollFactor: { kind: 'totp' },
  activateFactor: { passCode: '123456' },
  sendActivationLink: { channel: 'email' },
  nameFactor: { name: 'My blue key' },
  verifyFactor: { passCode: '123456', purpose: 'sessions' },
};

export const bodyOf = (name: EndpointName): object | undefined => (bodies as Partial<Record<EndpointName, object>>)[name];
