import type { MessageId } from '../../../i18n/translate.tsx';

const known: Record<string, MessageId> = {
  helpdesk_only: 'helpdesk.rule_helpdesk_only',
  own: 'helpdesk.rule_own',
  peer: 'helpdesk.rule_peer',
  above: 'helpdesk.rule_above',
  agents_only: 'helpdesk.rule_agents_only',
  approvers_only: 'helpdesk.rule_approvers_only',
  ordinary: 'helpdesk.rule_ordinary',
  privileged: 'helpdesk.rule_privileged',
  approver: 'helpdesk.rule_approver',
  approval_waits: 'helpdesk.rule_approval_waits',
};

/** Returns the text for a rule of the helpdesk's policy. A rule that this page does not know gets a general text. */
export const ruleMessage = (rule: string | undefined): MessageId => known[rule ?? ''] ?? 'helpdesk.rule_other';
