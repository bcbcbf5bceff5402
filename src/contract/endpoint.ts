import type * as z from 'zod/mini';

/** One endpoint: its method and path; its shapes as types. */
export type Endpoint<Body = unknown, Reply = unknown, Path extends string = string> = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** `{name}` stands for a parameter. */
  readonly path: Path;
  /** Asks how something stands, by a timer: asked twice, it decides nothing twice. */
  readonly polls?: true;
  /** Can renew the session: goes with an `Idempotency-Key`, by which it may be sent once more when no answer came. */
  readonly renews?: true;
  /** Types only; never there at run time. */
  readonly shapes?: { body: Body; reply: Reply };
};

export type In<T extends z.core.$ZodType> = z.input<T>;
export type Out<T extends z.core.$ZodType> = z.output<T>;

export const endpoint =
  <Body, Reply>() =>
  <Path extends string>(
    method: Endpoint['method'],
    path: Path,
    marks: Pick<Endpoint, 'polls' | 'renews'> = {},
  ): Endpoint<Body, Reply, Path> => ({
    method,
    path,
    ...marks,
  });
