import type { EmulatorContext } from '../context/context.ts';
import type { Person } from '../store/schema.ts';
import { hashPassword, passwordMatches } from './password.ts';

/** Okta's default password policy, in the words of its errors. */
export const PASSWORD_RULE =
  'Password requirements were not met. Password requirements: at least 8 characters, a lowercase letter, an uppercase letter, a number, no parts of your username.';

/** Parts of the username are checked from four characters. */
export function meetsPolicy(password: string, login: string): boolean {
  const parts = login.toLowerCase().split(/[^\p{L}\p{N}]+/u);
  return (
    password.length >= 8 &&
    password.length <= 72 &&
    [/\p{Ll}/u, /\p{Lu}/u, /\p{N}/u].every((kind) => kind.test(password)) &&
    !parts.some((part) => part.length >= 4 && password.toLowerCase().includes(part))
  );
}

/** Call it outside of transactions, because hashing takes long. */
export async function passwordColumns(
  { random, passwordCost, clock }: EmulatorContext,
  password: string,
): Promise<Pick<Person, 'password' | 'password_changed'>> {
  return { password: await hashPassword(password, random, passwordCost), password_changed: clock.now() };
}

/** Answers are compared without case and without spaces around them. */
export async function recoveryColumns(
  { random, passwordCost }: EmulatorContext,
  { question, answer }: { question: string; answer: string },
): Promise<Pick<Person, 'recovery_question' | 'recovery_answer'>> {
  return { recovery_question: question, recovery_answer: await hashPassword(plain(answer), random, passwordCost) };
}

const plain = (answer: string) => answer.trim().toLowerCase();

export const isPassword = ({ passwordCost }: EmulatorContext, { password }: Person, given: string): Promise<boolean> =>
  passwordMatches(given, password, passwordCost);

export const isAnswer = (
  { passwordCost }: EmulatorContext,
  { recovery_answer: kept }: Person,
  given: string,
): Promise<boolean> => passwordMatches(plain(given), kept ?? undefined, passwordCost);
