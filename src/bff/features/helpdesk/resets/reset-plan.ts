import type { NamedMethod } from '#contract/endpoints.ts';
import { addressOf, namedMethodOf, type SecurityMethod } from '../../../identity/methods/security-methods.ts';
import type { Unfreeze } from './unfreezes.ts';

export type ResetMethod = NamedMethod & { ids: string[] };

/**
 * What a reset does and what follows from it, as known before the reset. It is stored with the intent, so that
 * reconciliation can complete it.
 */
export type ResetPlan = {
  id: string;
  userId: string;
  all: boolean;
  methods: ResetMethod[];
  person: string;
  agent: string;
  /** Every verified address of the person before the reset, removed ones included. */
  addresses: string[];
  /** Those of them to which a recovery code may be sent. */
  codeTo: string[];
  approvalId: string | null;
  /** The freeze to end after the reset has removed all methods of the plan; null for none. */
  unfreeze: Unfreeze | null;
  /** The act that it belongs to. */
  correlationId: string | null;
};

/** The state after a reset: how many methods count, and which of the plan's methods are gone. */
export type After = { left: number; gone: ResetMethod[] };

const isGone = (ids: ReadonlySet<string>) => (method: ResetMethod) => !method.ids.some((id) => ids.has(id));

/** Returns the state after a reset from the methods that the person then has. */
export function afterOf(plan: Pick<ResetPlan, 'methods'>, methods: readonly SecurityMethod[]): After {
  const there = new Set(methods.flatMap(({ members }) => members.map(({ id }) => id)));
  return { left: methods.filter(({ counts }) => counts).length, gone: plan.methods.filter(isGone(there)) };
}

/** Returns methods in the form that a plan has. */
export const methodsOf = (methods: readonly SecurityMethod[]): ResetMethod[] =>
  methods.map((one) => ({ ids: one.members.map(({ id }) => id), ...namedMethodOf(one) }));

/** Returns every verified address: the account's own, and those of email methods. */
export function channelsOf(addresses: readonly string[], methods: readonly SecurityMethod[]): string[] {
  const all = [...addresses, ...methods.flatMap((one) => addressOf(one) ?? [])];
  return all.filter(
    (address, index) => all.findIndex((other) => other.toLowerCase() === address.toLowerCase()) === index,
  );
}
