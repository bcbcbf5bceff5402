import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Endpoint } from '#contract/endpoint.ts';
import type { EndpointName } from '#contract/endpoints.ts';
import type { Clock } from '#clock';
import type { Session, Sessions } from '../../identity/sessions/sessions.ts';
import type { StepUpCapabilities } from '../../identity/step-up/requirement.ts';
import type { StepUps } from '../../identity/step-up/step-ups.ts';
import type { Users } from '../../identity/users/users.ts';
import type { Lock } from '../../platform/store/lock.ts';
import type { AuditLog, Operation } from '../../records/audit-log/audit-log.ts';
import type { Refusals } from '../../records/audit-log/refusals.ts';
import type { Cookies } from '../cookies.ts';
import type { EndpointPolicy } from '../policies.ts';
import type { Repeats } from '../repeats.ts';
import type { OnSomebody, RequestContext } from './endpoint-row.ts';
import type { GuardFunctions } from './guard-functions.ts';

export type AnyRow = EndpointPolicy &
  Partial<OnSomebody<EndpointName, unknown, unknown>> & {
    locksAgent?: true;
    late?: true;
    handler(context: RequestContext<EndpointName, Operation>, services: unknown): Promise<unknown>;
  };

export type Arrived = {
  readonly name: EndpointName;
  readonly row: AnyRow;
  readonly endpoint: Endpoint;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly raw: { params: unknown; query: unknown; body: unknown };
  readonly session: Session;
  readonly locks: 'free';
};

export type GuardServices = {
  auditLog: AuditLog;
  clock: Clock;
  lock: Lock;
  refusals: Refusals;
  repeats: Repeats;
  sessions: Sessions;
  stepUps: StepUps;
  users: Users;
  assertWritable(): Promise<void>;
  capabilities(): Promise<StepUpCapabilities>;
};

export type EndedRequest = { readonly answer: unknown; readonly isRenewed?: boolean } | { readonly error: unknown };
type End = (ended: EndedRequest) => Promise<EndedRequest>;

export type Guards = {
  readonly services: GuardServices;
  readonly cookies: Cookies;
  readonly ask: GuardFunctions<object, unknown, unknown>;
};
/** The functions of `atEnd` run in reverse order. */
export type Tools = Guards & { atEnd(end: End): void };

export type Answer = { readonly answer: unknown; readonly isRenewed?: boolean };
export type Nothing = Record<never, never>;
/** Returns fields to add to the value, or an answer that ends the request. */
export type Step<Value, More extends object> = (value: Value, tools: Tools) => Promise<More | Answer> | More | Answer;

export type Steps<In, Out> = {
  readonly list: readonly Step<never, object>[];
  /** Compiles only if the value has the fields that the step takes. */
  step<More extends object>(step: Step<Out, More>): Steps<In, Omit<Out, keyof More> & More>;
  readonly takes?: (value: In) => void;
};

export const stepsFrom = <In, Out = In>(list: Steps<In, Out>['list'] = []): Steps<In, Out> => ({
  list,
  step: (step) => stepsFrom([...list, step as Step<never, object>]),
});

const failed = (error: unknown): EndedRequest => ({ error });

export async function walk<In extends object>({ list }: Steps<In, unknown>, value: In, tools: Tools) {
  let current: object = value;
  for (const step of list) {
    const given = await step(current as never, tools);
    if ('answer' in given) return given;
    current = { ...current, ...given };
  }
  return null;
}

export async function runSteps<In extends object>(steps: Steps<In, unknown>, value: In, guards: Guards) {
  const ends: End[] = [];
  const tools: Tools = { ...guards, atEnd: (end) => void ends.unshift(end) };
  let ended = await walk(steps, value, tools).then((answer): EndedRequest => answer ?? { answer: undefined }, failed);
  for (const end of ends) ended = await end(ended).catch(failed);
  if ('error' in ended) throw ended.error;
  return ended.answer;
}
