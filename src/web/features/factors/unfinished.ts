import type { FactorDetail } from '#contract/endpoints.ts';

/** How an unfinished method can be finished on this page; a key cannot, since one browser dialog makes it. */
export const getWayToFinish = ({ enrollment }: FactorDetail) =>
  enrollment && enrollment.how !== 'create' ? enrollment.how : undefined;

/** Returns the id of the message that says how an unfinished method can be finished, and where. */
export const describeUnfinished = (detail: FactorDetail) =>
  `method.unfinished_${getWayToFinish(detail) ?? (detail.elsewhere ? 'elsewhere' : 'nowhere')}` as const;
