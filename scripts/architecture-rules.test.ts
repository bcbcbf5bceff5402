import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { violations, unread } from './architecture-rules.ts';
import { root } from './step.ts';
import { temporaryFolder } from '#testing/programs/temporary-folder.ts';

/** These files import nothing. */
const targets = [
  ...['src/server.ts', 'src/clock.ts', 'src/contract/endpoints.ts', 'src/database/open.ts', 'scripts/x.ts'],
  ...['src/okta/client.ts', 'src/okta/error-codes.ts', 'src/okta/testing/org.ts', 'src/okta-emulator/emulator.ts'],
  ...['src/web/list.tsx', 'src/web/app/pages.ts', 'src/web/features/helpdesk/layout.ts'],
  ...['src/web/flows/step-up/panel.tsx', 'src/testing/test-env.ts', 'src/bff/app.ts', 'src/bff/app.test.ts'],
  ...['src/bff/config/config.ts', 'src/bff/features/sign-in/settings.ts', 'src/bff/http/limit.ts'],
  ...['src/bff/features/sign-in/sign-in-handlers.ts', 'src/bff/identity/user.ts', 'src/bff/records/row.ts'],
  'src/bff/platform/store.ts',
];
const allowed = {
  'src/bff/race.integration.test.ts': "import '#okta-emulator/emulator.ts'; import '#testing/test-env.ts';",
  'src/okta/client.test.ts': "import './testing/org.ts';",
  'src/operator/doctor/doctor.ts': "import '#okta/client.ts'; import '#bff/features/sign-in/settings.ts';",
};

const plants: [file: string, text: string, rule: string, teaches: RegExp][] = [
  ['src/web/a.ts', "import '#bff/app.ts';", 'module-web', /src\/contract only/],
  ['src/web/b.ts', "export type { Endpoint } from '#okta/client.ts';", 'module-web', /src\/contract only/],
  ['src/web/c.ts', "void import('#clock');", 'module-web', /src\/contract only/],
  ['src/web/d.ts', "import 'node:fs';", 'browser-has-no-node', /browser/],
  ['src/web/features/sessions/a.ts', "import '../helpdesk/layout.ts';", 'features-meet-in-app', /web\/flows/],
  ['src/web/features/a.ts', "void import('./helpdesk/layout.ts');", 'features-meet-in-app', /web\/app/],
  ['src/web/features/sessions/b.ts', "import '../../app/pages.ts';", 'features-meet-in-app', /web\/flows/],
  ['src/web/flows/a.ts', "import '../features/helpdesk/layout.ts';", 'flows-import-no-feature', /property/],
  ['src/web/components/a.ts', "import '../features/helpdesk/layout.ts';", 'components-import-no-feature', /property/],
  ['src/web/api/a.ts', "import '../flows/step-up/panel.tsx';", 'components-import-no-feature', /property/],
  ['src/bff/a.ts', "import '#web/list.tsx';", 'module-bff', /page renderer/],
  ['src/bff/b.ts', "import '../okta-emulator/emulator.ts';", 'module-bff', /cannot tell/],
  ['src/bff/b.test.ts', "import '#okta-emulator/emulator.ts';", 'module-bff', /cannot tell/],
  ['src/bff/c.ts', "import '#testing/test-env.ts';", 'only-tests-import-testing', /for tests/],
  ['src/bff/d.ts', "import '#okta/testing/org.ts';", 'only-tests-import-testing', /for tests/],
  ['src/bff/e.ts', "import './app.test.ts';", 'only-tests-import-testing', /for tests/],
  ['src/bff/f.ts', "import '#nowhere/x.ts';", 'resolves', /package\.json/],
  ['src/bff/g.ts', "import '../server.ts';", 'nobody-imports-the-composition-root', /argument/],
  ['src/bff/h.ts', "import './i.ts'; export const h = 1;", 'no-circles', /each other/],
  ['src/bff/j.ts', "import '../../scripts/x.ts';", 'src-stands-alone', /move what it needs/],
  ['src/bff/platform/a.ts', "import type { Row } from '../records/row.ts';", 'layer-platform', /lower layer/],
  ['src/bff/platform/b.ts', "import '../config/config.ts';", 'layer-platform', /composition root/],
  ['src/bff/records/a.ts', "import type { User } from '../identity/user.ts';", 'layer-records', /lower layer/],
  ['src/bff/identity/a.ts', "import type { Limit } from '../http/limit.ts';", 'layer-identity', /lower layer/],
  ['src/bff/http/a.ts', "import type { Setting } from '../features/sign-in/settings.ts';", 'layer-http', /lower/],
  ['src/bff/features/a.ts', "void import('../app.ts');", 'layer-features', /as an argument/],
  ['src/bff/mail/a.ts', "import '../platform/store.ts';", 'layer-unknown', /whose subject/],
  [
    'src/operator/erase/a.ts',
    "import '#bff/features/sign-in/sign-in-handlers.ts';",
    'operator-calls-no-handler',
    /the service/,
  ],
  ['src/operator/erase/b.ts', "import '#bff/http/limit.ts';", 'operator-calls-no-handler', /the service/],
  ['src/okta/a.ts', "import '#bff/app.ts';", 'module-okta', /Okta only/],
  ['src/okta/b.ts', "import '#clock';", 'module-okta', /Okta only/],
  ['src/okta-emulator/a.ts', "import '#bff/app.ts';", 'module-okta-emulator', /its own shapes/],
  ['src/okta-emulator/b.ts', "import '#okta/client.ts';", 'module-okta-emulator', /its own shapes/],
  [
    'src/okta-emulator/c.ts',
    "import type { Endpoint } from '#contract/endpoints.ts';",
    'module-okta-emulator',
    /its own shapes/,
  ],
  ['src/contract/a.ts', "import '#okta/error-codes.ts';", 'module-contract', /imports nothing of ours/],
  ['src/contract/b.ts', "import '../clock.ts';", 'module-contract', /imports nothing of ours/],
  ['src/database/a.ts', "import '#bff/app.ts';", 'module-database', /Kysely/],
  ['src/mail/a.ts', "import '#database/open.ts';", 'module-unknown', /row in the architecture rules/],
  ['src/bff/k.ts', "import '../mail/a.ts';", 'module-bff', /may import/],
  ['src/words.ts', "import '#clock';", 'file-unknown', /module whose subject/],
];

const folder = temporaryFolder();
let found: string[];

beforeAll(async () => {
  cpSync(join(root, 'package.json'), join(folder, 'package.json'));
  const write = (file: string, text: string) => {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), `${text}\n`);
  };
  for (const file of targets) write(file, 'export const it = 1;');
  for (const [file, text] of Object.entries(allowed)) write(file, text);
  expect(await violations(folder), 'the codebase without violations').toEqual([]);
  for (const [file, text] of plants) write(file, text);
  // A circle of files is reported once, and so is a circle of folders.
  write('src/bff/i.ts', "import './h.ts'; export const i = 1;");
  write('src/web/features/helpdesk/b.ts', "import '../../components/a.ts';");
  found = await violations(folder);
});

test.each(plants)('reports %s with %s as %s', (file, _text, rule, teaches) => {
  const caught = found.filter((violation) => violation.startsWith(`${rule}: ${file} → `));
  expect(caught).not.toEqual([]);
  expect(caught[0]).toMatch(teaches);
});

test('reports nothing except what was planted', () => {
  const planted = new Set(plants.map(([file]) => file));
  const others = found.filter((violation) => !planted.has(/^[\w-]+: (\S+) → /.exec(violation)?.[1] ?? ''));
  expect(others.map((violation) => violation.split(':')[0])).toEqual(['folder-cycle']);
});

test('src/server.ts imports the emulator by import() only', async () => {
  writeFileSync(join(folder, 'src/server.ts'), "import '#okta-emulator/emulator.ts';\n");
  const again = await violations(folder);
  expect(again.find((violation) => violation.startsWith('emulator-only-in-demo-mode: src/server.ts → '))).toMatch(
    /demo mode/,
  );
});

test('fails when the tool saw no module, or modules without their imports', () => {
  expect(unread(folder, new Map()).join('\n')).toMatch(/not seen: src\/bff\/app\.ts\n.*@swc\/core/);
  const files = [...targets, ...Object.keys(allowed), ...plants.map(([file]) => file)];
  const blind = unread(folder, new Map(files.map((file) => [file, 0])));
  expect(blind.join('\n')).toMatch(/seen without its imports: src\/okta-emulator\/c\.ts/);
  expect(unread(join(folder, 'scripts'), new Map()).join('\n')).toMatch(/no source file/);
});
