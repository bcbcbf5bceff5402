import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { freeText } from '#contract/audit-log/audit-reasons.ts';
import { readConfig } from '#bff/config/config.ts';
import { helpdeskSettings } from '#bff/features/helpdesk/access/settings.ts';
import { createAuditLog } from '#bff/records/audit-log/audit-log.ts';
import { signingKeys } from '#bff/records/audit-log/key-settings.ts';
import { getReason } from '#database/errors.ts';
import { UsageError } from '../audit-verify/given-checkpoints.ts';
import { onStore, readOperator } from '../program/operator.ts';
import { showProgress, type Progress } from '../program/progress.ts';
import { writeCsv } from './csv.ts';
import { estimateMethods, readMethods, type MethodsOptions } from './methods.ts';
import { openOrg, readOrg, type Scope } from './org.ts';
import { groupsOfSettings } from './people.ts';
import { readComplete } from './report-file.ts';
import { describeFilter, describeSummary, sumUp } from './summary.ts';

/** The largest part of a rate limit that a report may use. */
const MOST = 0.5;
const flag = { type: 'boolean', default: false } as const;
const names = { type: 'string', multiple: true, default: [] as string[] } as const;

function readOptions(args: string[]) {
  const { values, positionals } = parseArgs({
    ...{ args, allowPositionals: true },
    options: {
      ...{ group: names, attribute: names, 'without-roles': flag, continue: flag, estimate: flag, summary: flag },
      share: { type: 'string', default: '0.2' },
      csv: { type: 'string' },
    },
  });
  const share = Number(values.share);
  if (!(share > 0 && share <= MOST)) throw new UsageError(`--share is a part of each window, at most ${MOST}`);
  const [file = ''] = positionals;
  if (positionals.length !== (values.estimate ? 0 : 1))
    throw new UsageError('into which file? latchkey report methods FILE.jsonl, or --estimate without one');
  const [groups, attributes] = [values.group, values.attribute].map((one) => [...new Set(one)].toSorted());
  const filter = { groups: groups!, attributes: attributes!, roles: !values['without-roles'] };
  return { ...values, share, file, filter };
}

/** Writes a row in the audit log before and after the work. Without the first row, the work does not run. */
async function recorded(what: string, work: () => Promise<string>): Promise<string> {
  const actor = readOperator('latchkey report');
  const record = (outcome: 'success' | 'failure', reason: string) =>
    onStore(({ store, clock, place }) =>
      createAuditLog(store, clock, signingKeys(place.dataDir, process.env['AUDIT_SIGNING_KEY'])).event(
        actor,
        { event: 'report.methods', subject: null },
        { outcome, reason: freeText(reason) },
      ),
    );
  await record('success', `begun: ${what}`);
  try {
    const done = await work();
    await record('success', done);
    return done;
  } catch (error) {
    await record('failure', `not finished: ${getReason(error)}`);
    throw error;
  }
}

export async function runMethods(args: string[]): Promise<string> {
  const { file, filter, share, ...options } = readOptions(args);
  const config = readConfig(process.env);
  const settings = helpdeskSettings(config.helpdesk, null);
  const scopes: Scope[] = ['okta.users.read', ...(filter.roles ? ['okta.roles.read' as const] : [])];
  if (filter.groups.length + groupsOfSettings(settings).length > 0) scopes.push('okta.groups.read');
  const org = readOrg(config);
  let shown: Progress | undefined;
  const progress: MethodsOptions['progress'] = (done, of) => (shown ??= showProgress('people', of)).done(done);
  const work = async () => {
    const client = await openOrg(org, scopes, Date);
    const parts = { client, org: org.orgUrl, filter, settings, share, clock: Date, sleep, progress };
    try {
      if (options.estimate) return await estimateMethods(parts);
      const { people, before } = await readMethods(parts, file, options.continue);
      return `${people} people, ${before} of them read before`;
    } finally {
      shown?.end();
      await client.close();
    }
  };
  const done = await recorded(`${describeFilter(filter)}${options.estimate ? ', an estimate' : ''}`, work);
  if (options.estimate) return done;
  const report = await readComplete(file);
  if (options.csv !== undefined) writeCsv(options.csv, report.people.values(), filter.attributes);
  return options.summary ? JSON.stringify(sumUp(report)) : describeSummary(report).join('\n');
}
