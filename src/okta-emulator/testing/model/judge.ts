import { isSent, type Factor, type Given, type Out } from './parts.ts';

/** `registered`: whether any factor has this security key. */
type Knows = { codeAt(secret: string, step: number): string; registered(credential: string): boolean };

function ofKey(factor: Factor, purpose: Out['purpose'], given: Given, out: Out[], { registered }: Knows): boolean {
  const newest = out.at(-1);
  const fits = newest !== undefined && !newest.used && newest.value === given.challenge;
  // A challenge can be answered once, right or wrong.
  for (const one of out) one.used = true;
  if (!fits || given.credential === undefined) return false;
  if (purpose === 'verify') return given.credential === factor.credential;
  if (registered(given.credential)) return false;
  factor.credential = given.credential;
  return true;
}

/** Also updates the model's factor. Returns `consumed` if the code was already accepted. */
export function judge(
  factor: Factor,
  purpose: Out['purpose'],
  given: Given,
  now: number,
  knows: Knows,
): 'right' | 'consumed' | 'wrong' {
  const { kind, secret } = factor;
  if (kind === 'question') return given.answer !== undefined && given.answer === factor.answer ? 'right' : 'wrong';
  const out = factor.out.filter((one) => one.purpose === purpose && one.until > now);
  if (kind === 'key') return ofKey(factor, purpose, given, out, knows) ? 'right' : 'wrong';
  if (isSent(kind)) {
    const matching = out.filter(({ value }) => value === given.code);
    if (matching.some(({ used }) => !used)) return 'right';
    return matching.length > 0 ? 'consumed' : 'wrong';
  }
  const step = Math.floor(now / 30_000);
  const fits = (one: number) => (secret === undefined ? given.seen === one : knows.codeAt(secret, one) === given.code);
  const steps = [step - 1, step, step + 1].filter(fits);
  const unused = steps.find((one) => one > factor.acceptedStep);
  if (unused === undefined) return steps.length > 0 ? 'consumed' : 'wrong';
  factor.acceptedStep = unused;
  return 'right';
}
