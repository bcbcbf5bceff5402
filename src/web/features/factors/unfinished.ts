import type { FactorDetail } from '#contract/endpoints.ts';

/** A key cannot be finished, because the browser's dialog must create it anew. */
export const getWayToFinish = ({ enrollment }: FactorDetail) =>
  enrollment && enrollment.how !== 'create' ? enrollment.how : undefined;

export const describeUnfinished = (detail: FactorDetail) =>
  `method.unfinished_${getWayToFinish(detail) ?? (detail.elsewhere ? 'elsewhere' : 'nowhere')}` as const;
