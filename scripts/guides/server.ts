import type { Edit } from '../testing/copy.ts';

/** Deletes the name that a person gave a method. */
export const endpointEdits: Record<string, Edit> = {
  'src/contract/replies.ts': [
    {
      before: '/**\n * The data that name a method',
      insert:
        '/** The name that its owner sees now. */\nexport const clearedName = z.strictObject({ name: z.nullable(z.string()) });\n\n',
    },
  ],
  'src/contract/person-endpoints.ts': [
    {
      before: '  deleteFactor: remove(',
      insert: "  clearName: put('/api/factors/{factorId}/cleared-name', replies.clearedName),\n",
    },
  ],
  'src/bff/features/factors/clear-name-handlers.ts': `import { ApiError } from '#contract/errors.ts';
import type { EndpointRows } from '../../http/endpoints/endpoint-row.ts';
import { change } from '../../http/policies.ts';
import type { FactorNotes } from '../../identity/methods/notes.ts';
import { presentOwnFactor } from '../../identity/methods/present.ts';
import { findSecurityMethod } from '../../identity/methods/security-methods.ts';
import type { AuditLog } from '../../records/audit-log/audit-log.ts';
import type { OwnMethods } from './read-security-methods.ts';

type ClearServices = { auditLog: AuditLog; notes: FactorNotes };

/** Takes away the name that a person gave a method. */
export const clearNameRows = {
  clearName: {
    ...change('user.mfa.factor.rename', { freezable: true }),
    async handler({ session, params, operation, securityMethods }, { auditLog, notes }: ClearServices) {
      const method = findSecurityMethod((await securityMethods()).methods, params.factorId);
      if (!method) throw new ApiError('not_found');
      const { id, kind, members } = method;
      const about = { event: 'user.mfa.factor.rename', subject: session.user_id, factorId: id, kind } as const;
      const outcome = { outcome: 'success', reason: 'name taken away' } as const;
      const memberIds = members.map((member) => member.id);
      await notes.change(session.user_id, id, memberIds, { name: null }, (write) =>
        auditLog.event(operation, about, outcome, write),
      );
      return { name: presentOwnFactor({ ...method, name: null }).name };
    },
  },
} satisfies EndpointRows<'clearName', OwnMethods>;
`,
  'src/bff/endpoint-rows.ts': [
    {
      before: "import { enrollRows } from './features/",
      insert: "import { clearNameRows } from './features/factors/clear-name-handlers.ts';\n",
    },
    { before: '  ...enrollRows,\n', insert: '  ...clearNameRows,\n' },
  ],
  'src/bff/http/policies.test.ts': [
    { before: "'nameFactor', 'cancelTransaction'].includes(name)) return;", insert: "'clearName', " },
  ],
  'src/bff/features/factors/clear-name.integration.test.ts': `import { expect, test } from 'vitest';
import { findId } from '#testing/security-methods.ts';
import { GRACE, testEnv } from '#testing/test-env.ts';

const env = await testEnv();

test('a method has no name once its owner takes it away', async () => {
  const grace = await (await env.fresh()).signedIn(GRACE);
  const factorId = await findId(grace, 'totp');
  const names = async () =>
    ((await grace.call('listFactors')).body.factors as { name: string | null }[]).map(({ name }) => name);
  await grace.call('nameFactor', { factorId }, { body: { name: 'Mine' } });
  expect(await names()).toContain('Mine');
  expect((await grace.call('clearName', { factorId })).body).toEqual({ name: null });
  expect(await names()).not.toContain('Mine');
});
`,
};

/** A portal's name, shown at `/readyz` with the metrics token. */
export const settingEdits: Record<string, Edit> = {
  'src/bff/config/variables.ts': [
    { before: '  SIGN_IN_RATE_LIMIT: ', insert: "  PORTAL_NAME: withDefault(z.string().max(60), 'portal'),\n" },
  ],
  'src/bff/config/config.ts': [
    { before: '  signInRate: set.SIGN_IN_RATE_LIMIT,', insert: '  portalName: set.PORTAL_NAME,\n' },
  ],
  'src/bff/app.ts': [{ before: 'token: settings.metricsToken', insert: '\n    portal: settings.portalName,\n    ' }],
  'src/bff/platform/lifecycle/health.ts': [
    { before: '  isEnding: () => boolean;', insert: '  portal: string;\n' },
    { before: 'isEnding, token, fingerprint }: HealthOptions', insert: '\n  portal,\n  ' },
    { before: 'reasons, version, commit, fingerprint }', insert: 'portal, ' },
  ],
  'src/bff/platform/lifecycle/health.integration.test.ts': [
    { before: 'metricsToken: token }', insert: "portalName: 'second', " },
    { before: "fingerprint: 'f',\n  });", insert: "portal: 'second', " },
  ],
  'scripts/settings-rows.ts': [
    {
      before: "{\n        names: ['SIGN_IN_RATE_LIMIT'],",
      insert: "{ names: ['PORTAL_NAME'], means: 'which of several portals this is' },\n      ",
    },
  ],
  'docs/settings.md': [
    { before: '| `SIGN_IN_RATE_LIMIT` |', insert: '| `PORTAL_NAME` | portal | which of several portals this is |\n' },
  ],
};

export const columnEdits: Record<string, Edit> = {
  'src/bff/platform/store/tables/helpdesk.ts': [
    { before: '    agent_name: string | null;\n    times: number;', insert: '    dismissed: 0 | 1;\n' },
  ],
  'src/bff/platform/store/create-tables.ts': [
    {
      before: ' };',
      insert: `,
  '0002_dismissed_signs': {
    up: async (db) =>
      void (await sql\`ALTER TABLE attack_signs ADD COLUMN dismissed INTEGER NOT NULL DEFAULT 0\`.execute(db)),
  },
`,
    },
  ],
  'src/operator/erase/testing/columns.ts': [{ before: 'times last_at ends_at', insert: 'dismissed ' }],
  'src/operator/erase/erase.integration.test.ts': [{ before: 'times: 1, last_at: at }', insert: 'dismissed: 0, ' }],
  'src/bff/platform/lifecycle/prune.test.ts': [{ before: '    last_at: 1000,\n', insert: '    dismissed: 0,\n' }],
  'src/bff/features/helpdesk/attack-signs/attack-signs.ts': [
    { before: ".where('ends_at', '>', clock.now());\n\n", insert: ".where('dismissed', '=', 0)" },
    { before: '      times: 1,', insert: '      dismissed: 0,\n' },
  ],
  'src/bff/features/helpdesk/attack-signs/dismissed.integration.test.ts': `import { expect, test } from 'vitest';
import { GRACE, testEnv } from '#testing/test-env.ts';
import { changeStore } from '../../../platform/store/change-store.ts';
import { personId } from '../testing/helpdesk-fixture.ts';

const env = await testEnv();

test('a sign that somebody dismissed does not make a reset need an approver', async () => {
  const portal = await env.fresh();
  const grace = await personId(portal, GRACE);
  const { attackSigns } = portal.app.services.helpdeskServices;
  await changeStore(portal.store, (tx) => attackSigns.record(tx, grace, 'frozen', null));
  expect(await attackSigns.findEnd(grace)).not.toBeNull();
  await portal.store.updateTable('attack_signs').set({ dismissed: 1 }).execute();
  expect(await attackSigns.findEnd(grace)).toBeNull();
});
`,
};

/** One file is translated to Dutch. */
export const localeEdits: Record<string, Edit> = {
  'src/contract/locale/locales.ts': [
    {
      before: "  'en-XA': {",
      insert: "  nl: { name: 'Nederlands', formats: 'nl-NL', direction: 'ltr', reader: null },\n",
    },
  ],
  'src/contract/locale/messages/nl/sign-out.json': '{ "sign-out.title": "Afmelden" }\n',
};
