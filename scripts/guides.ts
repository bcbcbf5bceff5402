import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { guideEdits } from './guides/all.ts';
import { node, root } from './step.ts';
import { copySources, setIn, type Edit } from './testing/copy.ts';

/** What the compiler asks for in tests once there is a new column. */
const testEdits: Record<string, Edit> = {
  'src/operator/erase/erase.integration.test.ts': [{ before: "text: 'Ada is in Rome',", insert: "color: 'none', " }],
};

// `npm run soak -- guides`: leaves out each place of each guide; then does all guides in a copy of the sources, and
// runs `npm run check` there.
const vitest = [node, 'node_modules/vitest/vitest.mjs', 'run'] as const;
const places = spawnSync(vitest[0], [...vitest.slice(1), 'scripts/guides.system.test.ts'], {
  ...{ cwd: root, stdio: 'inherit', env: { ...process.env, SOAK: '1' } },
}).status;
const folder = copySources();
// PostgreSQL's programs run as another user, who may enter no folder of ours otherwise.
chmodSync(folder, 0o755);
try {
  // Through a link, packages would be read as if they were sources.
  rmSync(join(folder, 'node_modules'));
  cpSync(join(root, 'node_modules'), join(folder, 'node_modules'), { recursive: true, verbatimSymlinks: true });
  for (const edits of [...Object.values(guideEdits), testEdits])
    for (const [file, edit] of Object.entries(edits)) setIn(folder, file, edit, true);
  const run = (...command: string[]) => spawnSync(command[0]!, command.slice(1), { cwd: folder, stdio: 'inherit' });
  run(node, 'scripts/run.mjs', 'format');
  // Some checks read git's files and history.
  run('git', 'init', '--quiet');
  run('git', 'add', '--all');
  run('git', '-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', 'commit', '--quiet', '--message=Do all guides');
  const check = run(node, 'scripts/run.mjs', 'check').status ?? 1;
  // `check` leaves out what starts portals.
  const rest = run(...vitest, '--project=node', 'integration').status ?? 1;
  process.exitCode = (places ?? 1) || check || rest;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
