import type { HelpdeskPerson } from '#contract/helpdesk.ts';

/** Whether an approver has to agree to any reset, whoever calls. */
export const needsApprover = ({ warnings, attackSigns }: HelpdeskPerson): boolean =>
  attackSigns.length > 0 || warnings.includes('privileged') || warnings.includes('recently_reset');
