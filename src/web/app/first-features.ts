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

/** Catalogs that come as one file, because the same pages need them. Any other is a file of its own. */
export const catalogFiles = {
  helpdesk: ['helpdesk', 'helpdesk-caller-verification', 'helpdesk-person', 'helpdesk-reset', 'helpdesk-search'],
  'helpdesk-oversight': ['helpdesk-approvals', 'helpdesk-audit-log', 'helpdesk-denial'],
} as const satisfies Record<string, Feature[]>;
