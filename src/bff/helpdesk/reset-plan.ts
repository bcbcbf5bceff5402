import { addressOf } from '../factors/methods/security-methods.ts';
import type { SecurityMethod } from '../factors/methods/security-methods.ts';
import { templatesOf } from '../notifications/templates/templates.ts';
import { defaultLocale } from '#contract/locales.ts';
import type { Unfreeze } from './resets/unfreezes.ts';

export type ResetMethod = { ids: string[]; name: string };

/**
 * What a reset does and what it owes, as it is known before it: kept with the intent, so that whoever finds it open can
 * finish it.
 */
export type ResetPlan = {
  id: string;
  userId: string;
  all: boolean;
  methods: ResetMethod[];
  person: string;
  agent: string;
  /** Every address proven before, the removed ones too. */
  addresses: string[];
  /** Those of them that a recovery code may be sent to. */
  codeTo: string[];
  approvalId: string | null;
  /** The freeze to lift once all of it is gone; null for none. */
  unfreeze: Unfreeze | null;
};

/** What is there after it: how many methods count, and which of the plan's are gone. */
export type After = { left: number; gone: ResetMethod[] };

const isGone = (ids: ReadonlySet<string>) => (method: ResetMethod) => !method.ids.some((id) => ids.has(id));

/** What a reset left, by what is held after it. */
export function afterOf(plan: Pick<ResetPlan, 'methods'>, methods: readonly SecurityMethod[]): After {
  const there = new Set(methods.flatMap(({ members }) => members.map(({ id }) => id)));
  return { left: methods.filter(({ counts }) => counts).length, gone: plan.methods.filter(isGone(there)) };
}

/** Methods as a plan names them. */
export const methodsOf = (methods: readonly SecurityMethod[]): ResetMethod[] =>
  methods.map((one) => ({
    ids: one.members.map(({ id }) => id),
    name: templatesOf(defaultLocale).methodName({ kind: one.kind, own: one.named ? one.name : undefined }),
  }));

/** Every address proven by now: the account's own, and those of email methods. */
export function channelsOf(addresses: readonly string[], methods: readonly SecurityMethod[]): string[] {
  const all = [...addresses, ...methods.flatMap((one) => addressOf(one) ?? [])];
  return all.filter(
    (address, index) => all.findIndex((other) => other.toLowerCase() === address.toLowerCase()) === index,
  );
}
