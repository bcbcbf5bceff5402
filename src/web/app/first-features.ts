import type { Feature } from '../i18n/message-ids.ts';

/** What the frame of every page says, its problems, and the first page of nearly every visit. */
export const firstFeatures = [
  'app',
  'error',
  'factors',
  'problem',
  'step-up',
  'verification',
] as const satisfies Feature[];
