/**
 * `latchkey report methods FILE.jsonl …`: reads the methods of all ACTIVE people, or of groups' members, from Okta into
 * a file, and says who lacks what. Each run is in the audit log.
 *
 * `latchkey report helpdesk --month 2026-11 [--json] [--names]`: counts what the helpdesk did in a month, from the
 * audit log. `latchkey report compare OLD.jsonl NEW.jsonl`: says who gained or lost what between two files.
 *
 * Exit code: 0 if there is a report, else 1. docs/report.md has the options and fields.
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
