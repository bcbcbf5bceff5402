/** Writes docs/operate/log-messages.md from the table of messages. `log-messages-page.test.ts` fails when it differs. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { logMessages } from '#bff/platform/lifecycle/log-messages.ts';
import { root } from './step.ts';

const numbers = { warn: 40, error: 50, fatal: 60 };

/** The text of docs/operate/log-messages.md. */
export const logMessagesPage = (): string => `# Messages of the log

<!-- Written by \`node scripts/log-messages-page.ts\`. -->

Every message of a portal at level 40 (\`warn\`) and above, as in the field \`msg\` of its line, and what to do about it.
[Logs and metrics](monitoring.md#logs) says what else is in the log. A message at level 50 or 60 that is not here comes
from a package and is no message of Latchkey: report it. The demo's emulator has messages of its own.

| level | message | what to do |
| --- | --- | --- |
${Object.entries(logMessages)
  .map(([message, { level, todo }]) => `| ${numbers[level]} | \`${message}\` | ${todo} |`)
  .join('\n')}
`;

if (import.meta.main) writeFileSync(join(root, 'docs/operate/log-messages.md'), logMessagesPage());
