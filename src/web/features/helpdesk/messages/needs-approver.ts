import type { HelpdeskPerson } from '#contract/helpdesk.ts';

/** Whether an approver must agree to every reset of this person. */
export const needsApprover = ({ warnings, attackSigns }: HelpdeskPerson): boolean =>
  attackSigns.length > 0 || warnings.includes('privileged') || warnings.includes('recently_reset');
