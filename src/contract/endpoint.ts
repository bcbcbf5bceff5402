import type * as z from 'zod/mini';

type Schema = z.ZodMiniType;

/** The type of an answer's body: JSON of one schema, lines that the browser saves as a file, an image, or nothing. */
type Answer =
  | { readonly answer: 'json'; readonly status: 200 | 201; readonly reply: Schema }
  | { readonly answer: 'stream' | 'image'; readonly status: 200; readonly type: string; readonly file: string }
  | { readonly answer: 'none'; readonly status: 204 };

/** What a caller needs to call an endpoint. */
export type Route = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** `{name}` stands for a parameter. */
  readonly path: string;
  /** A timer calls it to read a state. Calling it twice changes nothing twice. */
  readonly polls?: true;
  /** Can renew the session. Carries an `Idempotency-Key`, so it can be sent again when no answer came. */
  readonly renews?: true;
};

/** One endpoint. Without a schema it takes nothing: no parameter, no query, and only an empty body or `{}`. */
export type Endpoint = Route & Answer & { readonly params?: Schema; readonly query?: Schema; readonly body?: Schema };

export type In<T extends z.core.$ZodType> = z.input<T>;
export type Out<T extends z.core.$ZodType> = z.output<T>;

/** What an endpoint's handler returns. */
export type ReplyTo<E extends Endpoint> = E extends { answer: 'json'; reply: infer R extends Schema }
  ? Out<R>
  : E extends { answer: 'stream' }
    ? AsyncIterable<string>
    : E extends { answer: 'image' }
      ? Uint8Array
      : undefined;

/** The query or the body of an endpoint, as the caller writes it. */
export type TakenIn<E extends Endpoint, Place extends 'query' | 'body'> = E extends {
  [K in Place]: infer S extends Schema;
}
  ? In<S>
  : undefined;

type Names<P extends string> = P extends `${string}{${infer Name}}${infer Rest}` ? Name | Names<Rest> : never;
export type ParamsIn<E extends Endpoint> = { [K in Names<E['path']>]: string };

/** Returns the routes of some endpoints, without their schemas. */
export const routesOf = <Name extends string>(endpoints: Record<Name, Endpoint>): Record<Name, Route> =>
  Object.fromEntries(
    Object.entries<Endpoint>(endpoints).map(([name, { method, path, polls, renews }]) => [
      name,
      { method, path, ...(polls && { polls }), ...(renews && { renews }) },
    ]),
  ) as Record<Name, Route>;
