import { writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import type { TestSpecification, Vitest } from 'vitest/node';
import { LongestFirst } from './longest-first.ts';
import { temporaryFolder } from '#testing/programs/temporary-folder.ts';

const folder = temporaryFolder();

const projects = ['a', 'b'].map((name) => ({ name, config: { sequence: { groupOrder: 0 }, isolate: false } }));
const file = (name: string, project: number, text: string) => {
  const moduleId = join(folder, name);
  writeFileSync(moduleId, text);
  return { moduleId, project: projects[project] } as unknown as TestSpecification;
};

test('begins with files that start programs, then by size, and keeps a project’s files together', async () => {
  const files = [
    file('small', 0, 'x'),
    file('large', 0, 'x'.repeat(1000)),
    file('spawns', 0, "import { spawn } from 'node:child_process';"),
    file('random', 0, "import fc from 'fast-check';"),
    file('other', 1, 'x'.repeat(2000)),
    file('replicas', 1, "import { startRig } from './rig.ts';"),
    file('starts', 1, "import { startServerProcess } from '#testing/server-process.ts';"),
  ];
  const sequencer = new LongestFirst({ cache: { getTestSpecificationResult: () => undefined } } as unknown as Vitest);
  const sorted = await sequencer.sort(files);
  expect(sorted.map(({ moduleId }) => basename(moduleId))).toEqual([
    'spawns',
    'random',
    'large',
    'small',
    'starts',
    'replicas',
    'other',
  ]);
});
