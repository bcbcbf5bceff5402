/**
 * `npm run error-page -- FILE`: writes what HAProxy answers while no portal does (`errorfile`), by the portal's
 * settings. The exit code is 0 when the file is written, else 1.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { reasonOf } from '#database/errors.ts';
import { ConfigError } from '#bff/platform/env/config-error.ts';
import { readConfig } from '#bff/config/config.ts';
import { errorPage } from './error-page.ts';

function write(): string {
  const [file] = parseArgs({ allowPositionals: true }).positionals;
  if (!file) throw new Error('into which file? npm run error-page -- FILE');
  const had = existsSync(file);
  writeFileSync(file, errorPage(readConfig(process.env)));
  return `${file} is ${had ? 'replaced' : 'written'}: copy it to the balancer, and name it there: errorfile 503 ${file}`;
}

try {
  process.stdout.write(`${write()}\n`);
} catch (error) {
  for (const fault of error instanceof ConfigError ? error.faults : [reasonOf(error)])
    process.stderr.write(`error-page: ${fault}\n`);
  process.exitCode = 1;
}
