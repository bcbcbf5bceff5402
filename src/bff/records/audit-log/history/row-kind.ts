import { factorKinds, type FactorKind } from '#contract/kinds.ts';

/** Returns the kind that a row names; null for none, and for a reset of several methods, which names each. */
export const oneKindOf = (kind: string | null): FactorKind | null => factorKinds.find((one) => one === kind) ?? null;
