import { expect, test } from 'vitest';
import { helpdeskPerson } from '../../../testing/helpdesk.ts';
import { startOf } from './reset-draft.ts';
import { viewOf } from './reset-view.ts';

test('a reset of all methods asks an approver if no address can get the recovery code', () => {
  const draft = { ...startOf(helpdeskPerson), selected: 'all' as const };
  const asksApprover = (codeTo: string[]) => {
    const found = { ...helpdeskPerson, person: { ...helpdeskPerson.person, codeTo } };
    return viewOf(found, draft, { verified: true, needsApproval: false }).needsApproval;
  };
  expect([asksApprover(['k••@example.com']), asksApprover([])]).toEqual([false, true]);
});
