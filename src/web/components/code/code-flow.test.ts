// @vitest-environment node
import { describe, expect, it } from 'vitest';
import { ApiError } from '#contract/errors.ts';
import { codeFlow, type CodeState } from './code-flow.ts';

const entering: CodeState = { at: 'entering' };
const checking: CodeState = { at: 'checking' };
const retryAt = '2026-01-01T00:05:00Z';
const closed: CodeState = { at: 'blocked', attemptLimit: { what: 'kind', retryAt } };
const right: CodeState = { at: 'verified' };
const refuse = (error: unknown): CodeState => codeFlow(checking, { type: 'refused', error });

describe('entering one code', () => {
  it('goes from entering to checking to done', () => {
    expect(codeFlow(entering, { type: 'sent' })).toEqual(checking);
    expect(codeFlow(checking, { type: 'accepted' })).toEqual(right);
  });
  it('sends one at a time, and none while blocked', () => {
    for (const state of [checking, closed, right]) expect(codeFlow(state, { type: 'sent' })).toBe(state);
  });
  it('ignores an answer that it did not wait for', () => {
    for (const state of [entering, closed, right]) {
      expect(codeFlow(state, { type: 'accepted' })).toBe(state);
      expect(codeFlow(state, { type: 'refused', error: new Error('late') })).toBe(state);
    }
  });
  it('says how many tries are left', () => {
    expect(refuse(new ApiError('wrong_code', { triesLeft: 1 }))).toEqual({
      at: 'entering',
      problem: { id: 'wrong', values: { tries: 1 } },
    });
    expect(refuse(new ApiError('bad_request'))).toEqual({ at: 'entering', problem: { id: 'malformed' } });
  });
  it('is blocked and unblocked', () => {
    expect(refuse(new ApiError('too_many_attempts', { retryAt }))).toEqual(closed);
    const signIn = '/auth/step-up?purpose=codes&returnTo=%2F';
    expect(refuse(new ApiError('too_many_attempts', { closed: 'all', signIn }))).toEqual({
      at: 'blocked',
      attemptLimit: { what: 'all', signIn },
    });
    expect(codeFlow(closed, { type: 'unblocked' })).toEqual(entering);
    expect(codeFlow(entering, { type: 'unblocked' })).toBe(entering);
  });
});
