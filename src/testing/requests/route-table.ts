import { allEndpoints } from '#contract/all.ts';
import type { EndpointBody, EndpointName } from '#contract/endpoints.ts';
import { endpointRows } from '#bff/endpoint-rows.ts';

export type Route = {
  name: EndpointName;
  method: string;
  path: string;
  params: string[];
  unsafe: boolean;
  signedIn: boolean;
};

/** Tests that run for each route therefore cover new routes. */
export const routes: Route[] = (Object.keys(allEndpoints) as EndpointName[]).map((name) => {
  const { method, path } = allEndpoints[name];
  return {
    name,
    method,
    path,
    params: [...path.matchAll(/\{(\w+)\}/g)].map(([, param]) => param!),
    unsafe: method !== 'GET',
    signedIn: endpointRows[name].who !== 'anyone',
  };
});

/** Every parameter is replaced by `value`, unescaped. */
export const filled = ({ path }: Route, value = 'uft00000000000000000'): string =>
  path.replace(/\{\w+\}/g, () => value);

type WithBody = { [N in EndpointName]: EndpointBody<N> extends undefined ? never : N }[EndpointName];

/** A new route without an entry here does not compile. */
const bodies: { [N in WithBody]: EndpointBody<N> } = {
  enrollFactor: { kind: 'totp' },
  activateFactor: { passCode: '123456' },
  sendActivationLink: { channel: 'email' },
  replaceFactor: { kind: 'totp' },
  nameFactor: { name: 'My blue key' },
  verifyFactor: { passCode: '123456', purpose: 'sessions' },
  startCallerVerification: {
    type: 'push',
    factorId: 'opf00000000000000000',
    choice: { factorIds: 'all', reason: 'lost' },
  },
  checkCallerCode: { code: 'BFHK2345' },
  planOperation: { operation: 'unfreeze', token: 'a-token' },
  resetMethods: { factorIds: 'all', reason: 'lost', ticket: 'INC-1' },
  unfreeze: { reason: 'lost', ticket: 'INC-1' },
  unlock: { ticket: 'INC-1' },
  reportCall: { signs: ['pressed'] },
  decideApproval: { decision: 'deny', reason: 'attack' },
  answerCallerVerification: { answer: 'yes' },
  freezeMyself: { entry: '1' },
  chooseLanguage: { locale: 'en' },
};

export const getBody = (name: EndpointName): object | undefined =>
  (bodies as Partial<Record<EndpointName, object>>)[name];
