import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { root } from './step.ts';
import { Copy, rowsOf, type Edit } from './testing/copy.ts';

const page = readFileSync(join(root, 'docs/add-a-factor.md'), 'utf8');
const created = rowsOf(page, 'Three new files');
const edited = rowsOf(page, 'Six edits');

/** The scanner of the page: Okta knows it as `palm` by `ACME`, and it is active as soon as it is added. */
const edits: Record<string, Edit> = {
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
const texts = { before: 'palm.before', act: 'palm.act', busy: 'palm.busy' } as const;
const Start = (props: StartProps): ReactElement => (
  <StartButton {...props} usual={usual} messages={texts} />
);
const messages = {
  title: 'palm.title', lead: 'palm.lead', app: 'factors.kind.palm', done: 'palm.done', already: 'palm.already',
  expired: 'enroll.expired_lead',
} as const;
export default function EnrollPalm(): ReactElement {
  return <EnrollScreen path="/add/palm" messages={messages} usual={usual} start={Start} steps={{}} />;
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
  'src/bff/platform/kinds/registry.ts': [
    { before: 'import { question }', insert: "import { palm } from './palm.ts';\n" },
    { before: '\n  unknown: ', insert: '\n  palm,' },
  ],
  'src/bff/records/notifications/templates/en/methods.ts': [
    { before: "\n  unknown: '", insert: "\n  palm: 'Palm scanner'," },
  ],
  'src/web/components/factor/factor-ui.ts': [
    {
      before: '\n  unknown: {',
      insert: `
  palm: {
    icon: 'token', description: 'factors.description.palm', prompt: 'factors.prompt.code',
    removalEffect: 'remove.effect.any', verificationType: 'code',
    enroll: { title: 'palm.title', messages: ['enroll', 'palm'] },
  },`,
    },
  ],
  'src/web/i18n/messages/en/kinds.json': [
    {
      before: '  "factors.kind.unknown"',
      insert: `  "factors.kind.palm": "Palm scanner",
  "factors.description.palm": "A scanner that shows a code.",
  "palm.title": "Add a palm scanner",
  "palm.lead": "Your organisation gave you one.",
  "palm.before": "Have it at hand.",
  "palm.act": "Turn it on",
  "palm.busy": "One moment…",
  "palm.done": "Your palm scanner is on",
  "palm.already": "You already have a palm scanner",
`,
    },
  ],
};

test(
  'docs/add-a-factor.md lists at most three new files and six edits, and they add a kind',
  { timeout: 600_000 },
  () => {
    expect(created.length).toBeLessThanOrEqual(3);
    expect(edited.length).toBeLessThanOrEqual(6);
    expect([...created, ...edited].map(({ file }) => file)).toEqual(Object.keys(edits));
    expect(created.map(({ file }) => typeof edits[file])).toEqual(created.map(() => 'string'));
    expect(edited.map(({ file }) => typeof edits[file])).toEqual(edited.map(() => 'object'));

    const copy = new Copy();
    onTestFinished(() => copy.remove());
    for (const [file, edit] of Object.entries(edits)) copy.set(file, edit, true);
    expect(copy.compile()).toEqual([]);
    const byTests = [...created, ...edited].filter(({ named }) => named !== 'compiler');
    const tests = byTests.map(({ named }) => named);
    expect(copy.failing(...tests)).toEqual([]);

    // Each of these is left out alone: the compiler names what lacks it.
    for (const { file, named } of [...created, ...edited]) {
      if (named !== 'compiler') continue;
      copy.set(file, edits[file]!, false);
      expect([file, copy.compile().length > 0]).toEqual([file, true]);
      copy.set(file, edits[file]!, true);
    }
    // Each of these fails its own test.
    for (const { file } of byTests) copy.set(file, edits[file]!, false);
    expect(copy.failing(...tests)).toEqual(tests);
  },
);
