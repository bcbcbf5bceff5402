import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { secretSettings } from '#bff/config/config.ts';
import { variables } from '#bff/config/variables.ts';
import { settingGroups, type SettingRow } from './settings-rows.ts';
import { root } from './step.ts';

/** Null without a default. */
export function defaultOf(name: string): string | null {
  if (!Object.hasOwn(variables, name)) return null;
  const value = variables[name as keyof typeof variables].safeParse(undefined).data as unknown;
  return typeof value === 'string' || typeof value === 'number' ? String(value) : null;
}

const columnOf = ({ names, usual }: SettingRow): string =>
  usual ?? names.map((name) => defaultOf(name) || 'none').join(', ');

const quoted = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ');

export const settingsPage = (): string => `# Settings

<!-- Written by \`node scripts/settings-page.ts\`. -->

The program reads its settings from the environment, once, at the start. If a setting is wrong, it prints one line for
each fault and does not start. \`latchkey doctor\` checks them against the org and the database.

${settingGroups
  .map(
    ({ title, intro, rows }) => `## ${title}
${intro === undefined ? '' : `\n${intro}\n`}
| variable | default | meaning |
| --- | --- | --- |
${rows.map((row) => `| ${quoted(row.names)} | ${columnOf(row).replaceAll('<', '\\<').replaceAll('>', '\\>')} | ${row.means} |`).join('\n')}
`,
  )
  .join('\n')}
## Secrets

A setting that contains a secret can name a file instead: \`SESSION_SECRET=@/run/secrets/session\`. These are
${quoted(secretSettings)}. If others can read the file, or anybody but its owner can
change it, the program does not start; on a read-only mount, as in Kubernetes, this is only a warning. Latchkey's own
secrets have 16 characters or more, \`SESSION_SECRET\` 32 bytes or more.

## Several copies on one machine

They run if three settings differ:

\`\`\`
PORT=3010 EMULATOR_PORT=3011 DATA_DIR=./.data-two npm start
\`\`\`
`;

if (import.meta.main) writeFileSync(join(root, 'docs/settings.md'), settingsPage());
