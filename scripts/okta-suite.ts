/**
 * `npm run test:okta-suite`: runs the integration tests of Okta's Node SDK, each file with a new emulator.
 * `OKTA_SUITE_DIR` is their checkout with installed packages, `OKTA_SUITE_FILES` names other files.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startOrgProgram } from '#testing/replicas/processes.ts';

/** Names without the extension. */
const FILES = `
  factor-activate factor-create factor-delete factor-verify user-factor-api user-list-available-factors
  user-list-enrolled-factors user-list-available-security-questions user-authenticator-enrollments user-lifecycle
  user-get user-profile-update user-change-password user-change-recovery-question user-expire-password
  user-assign-role group-get group-list group-search group-update group-user-operations authenticators-list
  authenticators-get`
  .trim()
  .split(/\s+/);

/** The emulator does not have these features, so the tests skip themselves. */
const MAY_BE_PENDING = [
  'should create a TAC authenticator enrollment',
  'should handle listYubikeyOtpTokens',
  'should handle uploadYubikeyOtpTokenSeed',
];

type Test = { fullTitle: string; title: string; err: { message?: string } };
type Report = { passes: Test[]; failures: Test[]; pending: Test[] };

async function runFile(suite: string, file: string): Promise<Report> {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-suite-'));
  // One test sends two texts to a number and waits ten seconds, which is less than Okta's thirty.
  const options = { engine: 'oie', messageWait: 0 };
  const PORTAL_URL = 'http://localhost:3000';
  const emulator = await startOrgProgram({ DATA_DIR: folder, PORTAL_URL, OPTIONS: JSON.stringify(options) });
  const output = join(folder, 'report.json');
  try {
    const reporter = ['--reporter', 'json', '--reporter-option', `output=${output}`];
    // Node would otherwise strip the types before the suite's own compiler.
    const words = ['--no-experimental-strip-types', 'node_modules/mocha/bin/mocha.js', ...reporter, '--exit'];
    const mocha = spawn(process.execPath, [...words, `test/it/${file}.ts`], {
      cwd: suite,
      env: {
        PATH: process.env['PATH'],
        HOME: folder,
        OKTA_CLIENT_ORGURL: emulator.org.url,
        OKTA_CLIENT_TOKEN: emulator.org.apiToken,
        OKTA_CLIENT_AUTHORIZATIONMODE: 'SSWS',
        OKTA_TESTING_DISABLEHTTPSCHECK: 'true',
        // Checking the SDK's types takes a minute and tests nothing of ours.
        TS_NODE_TRANSPILE_ONLY: 'true',
      },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    await once(mocha, 'close');
    if (!existsSync(output)) throw new Error(`${file}: the tests did not start`);
    return JSON.parse(readFileSync(output, 'utf8')) as Report;
  } finally {
    await emulator.end('SIGTERM');
    rmSync(folder, { recursive: true, force: true });
  }
}

const suite = process.env['OKTA_SUITE_DIR'];
if (!suite || !existsSync(join(suite, 'test/it')) || !existsSync(join(suite, 'node_modules/mocha'))) {
  console.error('OKTA_SUITE_DIR is a checkout of okta/okta-sdk-nodejs with its packages installed.');
  process.exit(1);
}
const files = process.env['OKTA_SUITE_FILES']?.trim().split(/[\s,]+/) ?? FILES;
console.log('passed  failed  pending');
for (const file of files) {
  const { passes, failures, pending } = await runFile(suite, file);
  const counts = [passes.length, failures.length, pending.length];
  console.log(`${counts.map((count) => String(count).padStart(6)).join('  ')}   ${file}`);
  for (const { fullTitle, err } of failures) console.log(`  failed: ${fullTitle}: ${err.message}`);
  const unexpected = pending.filter(({ title }) => !MAY_BE_PENDING.includes(title));
  for (const { fullTitle } of unexpected) console.log(`  pending, and may not be: ${fullTitle}`);
  if (failures.length + unexpected.length > 0 || passes.length === 0) process.exitCode = 1;
}
