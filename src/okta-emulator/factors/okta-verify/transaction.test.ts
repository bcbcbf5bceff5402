import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { newTransaction } from './transaction.ts';

it('a push offers three different numbers of two digits, with the answer in every position', () => {
  const places = new Set<number>();
  const answers = new Set<number>();
  for (let time = 0; time < 3000; time++) {
    const asked = { factorId: 'opf', userAgent: 'Test', address: '192.0.2.1', numberMatching: true };
    const { answer, choices } = newTransaction(randomBytes, asked, 1000);
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
