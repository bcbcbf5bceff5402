import type { Feature } from '../i18n/message-ids.ts';

/** Features that the entry needs: the layout of every page, the problem pages, and the first page of most visits. */
export const firstFeatures = [
  'app',
  'error',
  'factors',
  'problem',
  'step-up',
  'verification',
] as const satisfies Feature[];
