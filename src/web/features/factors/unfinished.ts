import type { FactorDetail } from '#contract/endpoints.ts';

export const describeUnfinished = ({ factor, enrollment }: FactorDetail) =>
  `method.unfinished_${enrollment?.how ?? (factor.resumable === 'elsewhere' ? 'elsewhere' : 'nowhere')}` as const;
