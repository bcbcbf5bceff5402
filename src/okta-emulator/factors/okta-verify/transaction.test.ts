import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PUSH_LIFE, judgeAnswer, newTransaction, stateAt } from './transaction.ts';

const asking = { factorId: 'opf', userAgent: 'Test', address: '192.0.2.1' };
const made = (numberMatching: boolean) => newTransaction(randomBytes, { ...asking, numberMatching }, 1000);

describe('a push', () => {
  it('has an unguessable id, and a number only when requested', () => {
    expect(made(false)).toMatchObject({
      id: expect.stringMatching(/^v2mst\.[\w-]{22}$/),
      status: 'WAITING',
      answer: null,
      choices: '[]',
      expires_at: 1000 + PUSH_LIFE,
    });
    expect(new Set(Array.from({ length: 200 }, () => made(false).id)).size).toBe(200);
  });

  it('offers three different numbers of two digits, with the answer in every position', () => {
    const places = new Set<number>();
    const answers = new Set<number>();
    for (let time = 0; time < 3000; time++) {
      const { answer, choices } = made(true);
      const offered = JSON.parse(choices) as number[];
      expect(new Set(offered).size).toBe(3);
      expect(offered.every((one) => Number.isInteger(one) && one >= 10 && one <= 99)).toBe(true);
      expect(offered).toContain(answer);
      places.add(offered.indexOf(answer ?? 0));
      answers.add(answer ?? 0);
    }
    expect(places.size).toBe(3);
    expect(answers.size).toBe(90);
  });

  it('expires on time, also when approved; a denial stays', () => {
    const states = (['WAITING', 'SUCCESS', 'REJECTED', 'CANCELLED'] as const).map((status) =>
      [999, 1000].map((now) => stateAt({ status, expires_at: 1000 }, now)),
    );
    expect(states).toEqual([
      ['WAITING', 'TIMEOUT'],
      ['SUCCESS', 'TIMEOUT'],
      ['REJECTED', 'REJECTED'],
      ['CANCELLED', 'CANCELLED'],
    ]);
  });

  it('is approved by the right number only', () => {
    fc.assert(
      fc.property(fc.integer({ min: 10, max: 99 }), fc.oneof(fc.integer(), fc.double()), (answer, number) => {
        expect(judgeAnswer({ answer }, { answer: 'approve', number })).toBe(number === answer ? 'SUCCESS' : 'REJECTED');
        expect(judgeAnswer({ answer }, { answer: 'deny', number: answer })).toBe('REJECTED');
      }),
    );
    expect(judgeAnswer({ answer: 42 }, { answer: 'approve', number: 42 })).toBe('SUCCESS');
    expect(judgeAnswer({ answer: 42 }, { answer: 'approve' })).toBe('unchosen');
    expect(judgeAnswer({ answer: null }, { answer: 'approve' })).toBe('SUCCESS');
    expect(judgeAnswer({ answer: null }, { answer: 'deny' })).toBe('REJECTED');
  });
});
