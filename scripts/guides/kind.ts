import type { Edit } from '../testing/copy.ts';

/** The scanner of docs/add-a-factor.md: `palm` by `ACME` at Okta, active without an activation. */
export const kindEdits: Record<string, Edit> = {
  'src/okta-emulator/factors/palm/kind.ts': `import type { Kind } from '../kind/kind.ts';
export const palm: Kind = {
  factorType: 'palm', provider: 'ACME', idPrefix: 'plm', several: () => false, offeredBy: ['classic', 'oie'],
  links: { PENDING_ACTIVATION: [], ACTIVE: ['verify'] }, answerFields: ['passCode'],
  enroll: () => ({ status: 'ACTIVE', profile: null, secret: Buffer.from('246810') }),
  verify: ({ body, secret }) =>
    body.passCode === secret?.toString() ? { outcome: 'right' } : { outcome: 'wrong', cause: 'Invalid Passcode/Answer' },
};
`,
  'src/bff/platform/kinds/palm.ts': `import { listedKind } from './kind.ts';
export const palm = listedKind([{ factorType: 'palm', provider: 'ACME', verificationType: 'code', strength: 3 }], 3, {
  several: false,
  enroll: () => ({ body: { factorType: 'palm', provider: 'ACME' } }),
});
`,
  'src/web/features/factors/kinds/palm/enroll.tsx': `import type { ReactElement } from 'react';
import { EnrollScreen } from '../../enrollment/enroll-screen.tsx';
import { StartButton } from '../../enrollment/start-button.tsx';
import type { StartProps } from '../../enrollment/steps.ts';
const usual = { kind: 'palm' } as const;
const texts = { before: 'palm.before', action: 'palm.action', busy: 'palm.busy' } as const;
const Start = (props: StartProps): ReactElement => (
  <StartButton {...props} usual={usual} messages={texts} />
);
const messages = {
  lead: 'palm.lead', done: 'palm.done', already: 'palm.already',
  expired: 'enroll.expired_lead',
} as const;
export default function EnrollPalm(): ReactElement {
  return <EnrollScreen kind="palm" messages={messages} usual={usual} start={Start} steps={{}} />;
}
`,
  'src/contract/kinds.ts': [
    { before: "\n  'unknown',\n] as const", insert: "\n  'palm'," },
    {
      before: "\n  z.strictObject({ kind: z.literal('email')",
      insert: "\n  z.strictObject({ kind: z.literal('palm'), ...anyKind }),",
    },
  ],
  'src/okta-emulator/factors/registry.ts': [
    { before: 'import { question }', insert: "import { palm } from './palm/kind.ts';\n" },
    { before: "\n  'palm_print/ACME'", insert: "\n  'palm/ACME': palm," },
  ],
  'src/okta-emulator/policies/authenticators.ts': [
    {
      before: '];\n\nconst token = ',
      insert: "  { key: 'palm', type: 'security_key', name: 'Palm scanner', factors: { palm: ['palm/ACME'] } },\n",
    },
  ],
  'src/bff/platform/kinds/registry.ts': [
    { before: 'import { question }', insert: "import { palm } from './palm.ts';\n" },
    { before: '\n  unknown: ', insert: '\n  palm,' },
  ],
  'src/contract/locale/messages/en/emails.json': [
    { before: '  "emails.kind.unknown"', insert: '  "emails.kind.palm": "Palm scanner",\n' },
  ],
  'src/web/components/factor/factor-ui.ts': [
    {
      before: '\n  unknown: {',
      insert: `
  palm: {
    icon: 'token',
    enroll: { title: 'palm.title' },
  },`,
    },
  ],
  'src/web/components/factor/factor-verification.ts': [
    { before: '\n  unknown: atOkta,', insert: '\n  palm: showsCode,' },
  ],
  'src/contract/locale/messages/en/kinds.json': [
    {
      before: '  "factors.kind.unknown"',
      insert: `  "factors.kind.palm": "Palm scanner",
  "factors.description.palm": "A scanner that shows a code.",
  "remove.effect.palm": "It stops working for this account.",
  "palm.title": "Add a palm scanner",
  "palm.lead": "Your organisation gave you one.",
  "palm.before": "Have it at hand.",
  "palm.action": "Turn it on",
  "palm.busy": "One moment…",
  "palm.done": "Your palm scanner is on",
  "palm.already": "You already have a palm scanner",
`,
    },
  ],
};
