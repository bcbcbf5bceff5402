import type { WordsId } from '../words/words.tsx';

const known: Record<string, WordsId> = {
  desk_only: 'desk.rule_desk_only',
  own: 'desk.rule_own',
  peer: 'desk.rule_peer',
  above: 'desk.rule_above',
  agents_only: 'desk.rule_agents_only',
  approvers_only: 'desk.rule_approvers_only',
  ordinary: 'desk.rule_ordinary',
  privileged: 'desk.rule_privileged',
  approver: 'desk.rule_approver',
};

/** Why the helpdesk's policy says so. A rule that this page does not know is a rule all the same. */
export const ruleWords = (rule: string | undefined): WordsId => known[rule ?? ''] ?? 'desk.rule_other';
