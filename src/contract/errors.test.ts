import { expect, it } from 'vitest';
import { ApiError, helpdeskRules, personRules, type PersonRule } from './errors.ts';

it('names no rule twice within a code', () => {
  for (const rules of [...Object.values(helpdeskRules), ...Object.values(personRules)])
    expect(new Set(rules).size).toBe(rules.length);
});

it('accepts the rules of a code only, and a table with all of them', () => {
  // @ts-expect-error not a rule of any code
  ApiError.withRule('conflict', 'aproval_waits');
  // @ts-expect-error a rule of another code
  ApiError.withRule('conflict', 'agent_hour');
  // @ts-expect-error a code without rules
  ApiError.withRule('busy', 'decided');
  // @ts-expect-error the constructor takes no rule; `withRule` does
  expect(new ApiError('conflict', { rule: 'decided' }).code).toBe('conflict');
  // @ts-expect-error a table that lacks `over`
  const texts: Record<PersonRule<'recovery_code_required'>, string> = { needed: '', used: '' };
  expect(Object.keys(texts)).toHaveLength(2);
});

it('keeps a rule that it does not know, for the page to say something general', () => {
  const sent = { error: { code: 'conflict', requestId: 'r', rule: 'from_another_version' } } as const;
  expect(ApiError.fromBody(sent).details.rule).toBe('from_another_version');
  expect(ApiError.fromBody(sent).toBody('r')).toEqual(sent);
});
