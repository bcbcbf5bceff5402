import type { Json, VerifyContext, Kind, OnFactor, Verdict } from '../kind/kind.ts';
import { sameText } from '../kind/passcode.ts';
import { link, personHref } from '../kind/link.ts';
import { questions } from '../kind/questions.ts';

const NO_MATCH = "Your answer doesn't match our records. Please try again.";

/** Ignores case, spaces around the answer, and Unicode variants. */
const plain = (answer: string) => answer.normalize('NFKC').trim().toLowerCase();

/** Undefined for an unknown question, or an answer of less than four characters. */
function questionProfile({ question: key, answer }: Json): { profile: Json; secret: Buffer } | undefined {
  const question = questions.find((known) => known.question === key);
  if (!question || typeof answer !== 'string' || [...plain(answer)].length < 4) return undefined;
  return { profile: { ...question }, secret: Buffer.from(plain(answer)) };
}

const read = (body: Json) => questionProfile((body.profile ?? {}) as Json);

function verifyAnswer({ secret, body }: VerifyContext): Verdict {
  const right = secret !== null && typeof body.answer === 'string' && sameText(secret.toString(), plain(body.answer));
  return right ? { outcome: 'right' } : { outcome: 'wrong', cause: NO_MATCH };
}

/** On Identity Engine, the first reset keeps the question for account recovery. */
async function outlivesReset({ emulator, tx, row }: Pick<OnFactor, 'emulator' | 'tx' | 'row'>): Promise<boolean> {
  if (emulator.engine !== 'oie' || row.data !== null) return false;
  await tx
    .updateTable('factors')
    .set({ data: JSON.stringify({ recoveryOnly: true }) })
    .where('id', '=', row.id)
    .execute();
  return true;
}

/** As at Okta, the API never returns the person's answer, and the factor has no `verify` link. */
export const question: Kind = {
  factorType: 'question',
  provider: 'OKTA',
  idPrefix: 'ufs',
  offeredBy: ['classic', 'oie'],
  links: { PENDING_ACTIVATION: [], ACTIVE: ['questions'] },
  answerFields: ['answer'],
  signIn: { kind: 'answer', amr: 'kba', title: ({ questionText }) => String(questionText) },
  enroll({ body }) {
    const chosen = read(body);
    return chosen ? { status: 'ACTIVE', ...chosen } : { cause: 'Invalid Profile.' };
  },
  verify: verifyAnswer,
  change: ({ body }) => read(body) ?? { cause: 'Invalid Profile.' },
  staysAtReset: outlivesReset,
  catalog: ({ emulator, person }) => ({
    links: { questions: link(`${personHref(emulator, person.id)}/factors/questions`, 'GET') },
  }),
};
