import type { FactorDetail } from '#contract/endpoints.ts';

/** How an unfinished method can be finished on this page. A key cannot: the browser's dialog must create it anew. */
export const getWayToFinish = ({ enrollment }: FactorDetail) =>
  enrollment && enrollment.how !== 'create' ? enrollment.how : undefined;

/** Returns the id of the message that says how, and where, an unfinished method can be finished. */
export const describeUnfinished = (detail: FactorDetail) =>
  `method.unfinished_${getWayToFinish(detail) ?? (detail.elsewhere ? 'elsewhere' : 'nowhere')}` as const;
