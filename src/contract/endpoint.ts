import * as z from 'zod/mini';
import { factorId, ownId } from './schemas.ts';

type Schema = z.ZodMiniType;

type Answer =
  | { readonly answer: 'json'; readonly status: 200 | 201; readonly reply: Schema }
  | { readonly answer: 'stream' | 'image'; readonly status: 200; readonly type: string; readonly file: string }
  | { readonly answer: 'none'; readonly status: 204 };

export type Route = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** `{name}` stands for a parameter. */
  readonly path: string;
  /** A timer calls the endpoint. A repeated call has no further effect. */
  readonly polls?: true;
  /** The call can renew the session. It carries an `Idempotency-Key`, so it can be repeated if no answer came. */
  readonly renews?: true;
};

/** One endpoint. Without schemas, it accepts no parameters and no query, and only an empty body or `{}`. */
export type Endpoint = Route & Answer & { readonly params?: Schema; readonly query?: Schema; readonly body?: Schema };

export type In<T extends z.core.$ZodType> = z.input<T>;
export type Out<T extends z.core.$ZodType> = z.output<T>;

export type ReplyTo<E extends Endpoint> = E extends { answer: 'json'; reply: infer R extends Schema }
  ? Out<R>
  : E extends { answer: 'stream' }
    ? AsyncIterable<string>
    : E extends { answer: 'image' }
      ? Uint8Array
      : undefined;

/** The type of an endpoint's query or body, before validation. */
export type TakenIn<E extends Endpoint, Place extends 'query' | 'body'> = E extends {
  [K in Place]: infer S extends Schema;
}
  ? In<S>
  : undefined;

type Names<P extends string> = P extends `${string}{${infer Name}}${infer Rest}` ? Name | Names<Rest> : never;
export type ParamsIn<E extends Endpoint> = { [K in Names<E['path']>]: string };

export const listRoutes = <Name extends string>(endpoints: Record<Name, Endpoint>): Record<Name, Route> =>
  Object.fromEntries(
    Object.entries<Endpoint>(endpoints).map(([name, { method, path, polls, renews }]) => [
      name,
      { method, path, ...(polls && { polls }), ...(renews && { renews }) },
    ]),
  ) as Record<Name, Route>;

/** The schema of each parameter that a path may name. `id`: an id that the portal created. */
const parameters = {
  factorId,
  userId: factorId,
  transactionId: z.string().check(z.regex(/^[A-Za-z0-9._-]{8,100}$/)),
  id: ownId,
};
type Path<P extends string> = P & (Names<P> extends keyof typeof parameters ? unknown : never);
type More = Pick<Route, 'polls' | 'renews'> & { query?: Schema; body?: Schema };

function readParams(path: string): Schema | undefined {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name as keyof typeof parameters);
  return names.length > 0
    ? z.strictObject(Object.fromEntries(names.map((name) => [name, parameters[name]])))
    : undefined;
}

const json =
  <M extends Route['method'], S extends 200 | 201>(method: M, status: S) =>
  <const P extends string, R extends Schema, O extends More>(path: Path<P>, reply: R, more: O = {} as O) => ({
    ...({ method, status, answer: 'json', path: path as P, params: readParams(path), reply } as const),
    ...more,
  });
export const get = json('GET', 200);
export const post = json('POST', 200);
export const put = json('PUT', 200);
export const create = json('POST', 201);

const nothing =
  <M extends Route['method']>(method: M) =>
  <const P extends string, O extends Pick<More, 'body'>>(path: Path<P>, more: O = {} as O) => ({
    ...({ method, status: 204, answer: 'none', path: path as P, params: readParams(path) } as const),
    ...more,
  });
export const remove = nothing('DELETE');
export const emptyPost = nothing('POST');

/** `type`: the media type. `file`: the file's name. */
export const file = <
  const P extends string,
  const O extends { answer: 'stream' | 'image'; type: string; file: string; query?: Schema },
>(
  path: Path<P>,
  content: O,
) => ({ ...({ method: 'GET', status: 200, path: path as P, params: readParams(path) } as const), ...content });
