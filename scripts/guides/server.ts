import type { Edit } from '../testing/copy.ts';

/** An endpoint that counts a person's methods. */
export const endpointEdits: Record<string, Edit> = {
  'src/contract/replies.ts': [
    {
      before: '/** What names a method: its owner',
      insert:
        '/** How many methods a person has. */\nexport const factorCount = z.strictObject({ count: z.number() });\n\n',
    },
  ],
  'src/contract/person-endpoints.ts': [
    { before: '  deleteFactor: remove(', insert: "  countFactors: get('/api/factor-count', replies.factorCount),\n" },
  ],
  'src/bff/features/factors/count-handlers.ts': `import type { EndpointRows } from '../../http/endpoints/endpoint-row.ts';
import { read } from '../../http/policies.ts';
import type { OwnMethods } from './read-security-methods.ts';

/** How many methods a person has. */
export const countRows = {
  countFactors: {
    ...read,
    handler: async ({ securityMethods }) => ({ count: (await securityMethods()).methods.length }),
  },
} satisfies EndpointRows<'countFactors', OwnMethods>;
`,
  'src/bff/endpoint-rows.ts': [
    {
      before: "import { enrollRows } from './features/",
      insert: "import { countRows } from './features/factors/count-handlers.ts';\n",
    },
    { before: '  ...enrollRows,\n', insert: '  ...countRows,\n' },
  ],
};

/** A setting that says how many days something stays. */
export const settingEdits: Record<string, Edit> = {
  'src/bff/config/variables.ts': [
    { before: '  SIGN_IN_RATE_LIMIT: ', insert: "  KEEP_DAYS: withDefault(whole(1, 365), '30'),\n" },
  ],
  'src/bff/config/config.ts': [
    { before: '    signInRate: set.SIGN_IN_RATE_LIMIT,', insert: '    keepDays: set.KEEP_DAYS,\n' },
  ],
  'scripts/settings-rows.ts': [
    {
      before: "{\n        names: ['SIGN_IN_RATE_LIMIT'],",
      insert: "{ names: ['KEEP_DAYS'], means: 'how many days it stays' },\n      ",
    },
  ],
  'docs/settings.md': [
    { before: '| `SIGN_IN_RATE_LIMIT` |', insert: '| `KEEP_DAYS` | 30 | how many days it stays |\n' },
  ],
};

/** A color for signs of attack, by a second migration. */
export const columnEdits: Record<string, Edit> = {
  'src/bff/platform/store/tables/helpdesk.ts': [
    { before: '    agent_name: string | null;\n    times: number;', insert: '    color: string;\n' },
  ],
  'src/bff/platform/store/create-tables.ts': [
    {
      before: ' };',
      insert: `,
  '0002_sign_color': {
    up: async (db) =>
      void (await sql\`ALTER TABLE attack_signs ADD COLUMN color TEXT NOT NULL DEFAULT 'none'\`.execute(db)),
  },
`,
    },
  ],
  'src/operator/erase/erase.integration.test.ts': [{ before: 'times: 1, last_at: at }', insert: "color: 'red', " }],
  'src/bff/platform/lifecycle/prune.test.ts': [{ before: '    last_at: 1000,\n', insert: "    color: 'red',\n" }],
  'src/bff/features/helpdesk/attack-signs/attack-signs.ts': [
    { before: '          times: 1,', insert: "          color: 'yellow',\n" },
  ],
};

/** German, with the English texts. */
export const localeEdits: Record<string, Edit> = {
  'src/contract/locale/locales.ts': [
    { before: ' } as const satisfies Record<', insert: ",\n  de: { formats: 'de-DE', direction: 'ltr' }\n" },
  ],
  'src/web/i18n/messages/de': { copyOf: 'src/web/i18n/messages/en' },
  'src/bff/records/notifications/templates/de': {
    copyOf: 'src/bff/records/notifications/templates/en',
    replaced: { file: 'busy-page.ts', from: 'lang="en"', to: 'lang="de"' },
  },
};
