import { listedKind, profileText, type BodyOfKind } from './kind.ts';

export const question = listedKind(
  [{ factorType: 'question', provider: '*', verificationType: 'answer', strength: 1 }],
  1,
  {
    several: false,
    badProfile: 'bad_answer',
    detail: (factor) => profileText(factor, 'questionText'),
    enroll: ({ question: key, answer }: BodyOfKind<'question'>) => ({
      body: { factorType: 'question', provider: 'OKTA', profile: { question: key, answer } },
    }),
  },
);
