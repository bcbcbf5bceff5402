/**
 * `latchkey doctor [--json] [--all]`: checks the portal's settings against its org. Changes nothing. Prints one line
 * per check, as text or as JSON: passed, a warning, or what to do. With `--all` or `--json` it also lists checks that
 * were skipped because they need a failed one. Exit code 1 when any check failed.
 */
import { parseArgs } from 'node:util';
import { addressChecks } from './address-checks.ts';
import { check, runChecks, short, type ConfigCheck, type Finding } from './config-check.ts';
import { readConfig, type Config } from '#bff/config/config.ts';
import { ConfigError } from '#bff/platform/env/config-error.ts';
import { credentialChecks } from './credential-checks.ts';
import { databaseChecks } from './database-checks.ts';
import { helpdeskChecks } from './helpdesk-checks.ts';
import { metricsChecks } from './metrics-check.ts';
import { proxyCheck } from './proxy-check.ts';
import { ask, logoutChecks, signInChecks } from './sign-in-checks.ts';
import { replicaChecks, secretChecks, signingKeyChecks } from './secret-checks.ts';
import { folderChecks } from './folder-check.ts';
import { sinkChecks } from './sink-check.ts';
import { builtCommit, version } from '#bff/platform/lifecycle/version.ts';
import { createOktaClient } from '#okta/client.ts';
import { OktaError } from '#okta/wire/okta-error.ts';
import type { Credential } from '#okta/transport/credential.ts';

function demoChecks({ demo, dataDir, database, auditSink }: Config): ConfigCheck[] {
  return [
    check('mode', async () => 'demo: OKTA_ORG_URL is not set, so the portal starts the emulator'),
    check('org', async () => {
      const { status } = await ask(
        `${demo?.url ?? `http://localhost:${demo?.port}`}/.well-known/okta-organization`,
      ).catch(() => {
        throw new Error('it is not running: start the portal without OKTA_ORG_URL, or the emulator');
      });
      if (status !== 200) throw new Error(`it answers ${status}: check whether another program uses its port`);
      return 'the emulator answers';
    }),
    ...folderChecks({ dataDir, database }),
    ...databaseChecks(database, Date),
    ...sinkChecks(auditSink, Date),
  ];
}

/** Okta's admin console, which does not answer API calls. */
const ADMIN_HOST = /^(.+)-admin(\.(?:okta|oktapreview|okta-emea|okta-gov|trexcloud)\.com)$/;

/** A server other than Okta answered: the reply is unreadable, or an error below 500 without a code of Okta. */
const isForeign = ({ kind, code, status }: OktaError): boolean =>
  kind === 'bad_reply' || (kind === 'api' && code === null && (status ?? 500) < 500);

function createChecks(config: Config): ConfigCheck[] {
  const { okta, portal, database, dataDir } = config;
  const { baseUrl } = portal;
  if (!okta) return demoChecks(config);
  const connect = (credential: Credential) =>
    createOktaClient({ orgUrl: okta.orgUrl, credential, clock: Date, userAgent: `latchkey-doctor/${version}` });
  const { credential } = okta;
  /** The checks also read groups, which the portal itself does not. */
  const reading: Credential =
    credential.kind === 'private-key'
      ? { ...credential, scopes: [...new Set([...credential.scopes, 'okta.groups.read'])] }
      : credential;
  const onStore = (checks: readonly ConfigCheck[]) =>
    database ? checks.map((one) => ({ ...one, needs: 'database' })) : checks;
  return [
    check('org', async () => {
      const { protocol, host } = new URL(okta.orgUrl);
      const [, name, domain] = ADMIN_HOST.exec(host) ?? [];
      if (name !== undefined)
        throw new Error(`${okta.orgUrl} is the admin console: set OKTA_ORG_URL to ${protocol}//${name}${domain}`);
      const { pipeline } = await connect(credential)
        .org.wellKnown()
        .catch((error: unknown) => {
          if (error instanceof OktaError && isForeign(error))
            throw new Error(
              `${okta.orgUrl} answers (${error.status ?? 'no JSON'}), but is no Okta org: set OKTA_ORG_URL to the address of the org`,
            );
          throw new Error(`${okta.orgUrl} cannot be reached (${short(error)}): check OKTA_ORG_URL and the network`);
        });
      return `${okta.orgUrl} answers, ${pipeline === 'idx' ? 'Identity Engine' : 'Classic Engine'}`;
    }),
    ...signInChecks(okta, baseUrl),
    ...logoutChecks(okta, baseUrl),
    ...credentialChecks(okta, connect, baseUrl),
    ...helpdeskChecks(config.helpdesk, connect(reading), connect(credential)),
    ...folderChecks(config),
    ...databaseChecks(database, Date),
    ...onStore([
      proxyCheck({ ...portal, dataDir, database }),
      ...secretChecks(config, config.sessionSecrets ?? [], Date),
      ...signingKeyChecks(config, config.auditKeys ?? []),
      ...replicaChecks(config),
    ]),
    ...metricsChecks(config.metrics),
    ...sinkChecks(config.auditSink, Date),
    ...addressChecks(config),
  ];
}

const flag = { type: 'boolean', default: false } as const;
const { json, all } = parseArgs({ options: { json: flag, all: flag } }).values;
const say = (finding: Finding) =>
  (json || all || finding.mark !== 'skipped') &&
  console.log(json ? JSON.stringify(finding) : `${finding.mark.padEnd(7)} ${finding.name}: ${finding.text}`);

let config: Config;
try {
  config = readConfig(process.env);
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  for (const fault of error.faults) say({ name: 'settings', mark: 'FAILED', text: fault });
  process.exit(1);
}

for (const warning of config.warnings) say({ name: 'settings', mark: 'warning', text: warning });
let failed = 0;
const versionCheck = check('version', async () => `${version}, built from commit ${builtCommit()}`);
for await (const finding of runChecks([versionCheck, ...createChecks(config)])) {
  if (finding.mark === 'FAILED') failed += 1;
  say(finding);
}
process.exit(failed ? 1 : 0);
