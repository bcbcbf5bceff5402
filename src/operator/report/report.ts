/**
 * `latchkey report methods FILE.jsonl [--group ID …] [--attribute NAME …] [--without-roles] [--csv FILE] [--summary]
 * [--share PART] [--continue] [--estimate]`: reads the methods of all ACTIVE people, or of groups' members, from Okta
 * into a file, and says who lacks what. `--summary` prints the counts as JSON, `--continue` continues an incomplete
 * file, and `--estimate` only says how long it would take. It uses the portal's settings and a fifth of Okta's rate
 * limits, or the part that `--share` says (at most 0.5). Each run is in the audit log.
 *
 * `latchkey report helpdesk --month 2026-11 [--json] [--names]`: counts what the helpdesk did in a month, from the
 * audit log, also while portals run. `latchkey report compare OLD.jsonl NEW.jsonl`: says who gained or lost what
 * between two files of the same people.
 *
 * The exit code is 0 when there is a report, else 1. docs/report.md has the fields, and a timer.
 */
import { getReason, isUnusable } from '#database/errors.ts';
import { ConfigError } from '#bff/platform/env/config-error.ts';
import { UsageError } from '../audit-verify/given-checkpoints.ts';
import { runCompare } from './compare.ts';
import { runHelpdesk } from './helpdesk.ts';
import { runMethods } from './run-methods.ts';

const programs: Readonly<Record<string, (args: string[]) => Promise<string>>> = {
  methods: runMethods,
  helpdesk: runHelpdesk,
  compare: runCompare,
};

const [name = '', ...args] = process.argv.slice(2);
try {
  const run = Object.hasOwn(programs, name) ? programs[name] : undefined;
  if (!run) throw new UsageError(`which report? latchkey report ${Object.keys(programs).join('|')}`);
  process.stdout.write(`${await run(args)}\n`);
} catch (error) {
  const text = error instanceof ConfigError ? error.faults.join('\n') : getReason(error);
  process.stderr.write(`${isUnusable(error) ? 'The store cannot be used: ' : ''}${text}\n`);
  process.exitCode = 1;
}
