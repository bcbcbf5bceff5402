import { readFileSync } from 'node:fs';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** What a file contains that starts programs or replicas, builds, or runs random tests: such files take longest. */
const signs =
  /node:child_process|server-process\.ts|testing\/copy\.ts|\/measure\.ts|fast-check|\/rig\.ts|\/prometheus\.ts/;

/** Orders test files so that a long one never begins last, when the other workers have nothing left to do. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLong = new Map(files.map((file) => [file, signs.test(readFileSync(file.moduleId, 'utf8'))]));
    // Vitest's own order is by duration if it ran here before, else by size. It keeps a project's files together.
    const sorted = await super.sort(files);
    const projects = [...new Set(sorted.map(({ project }) => project))];
    return projects.flatMap((project) => {
      const own = sorted.filter((file) => file.project === project);
      return [...own.filter((file) => isLong.get(file)), ...own.filter((file) => !isLong.get(file))];
    });
  }
}
