/**
 * `run` returns a message, or throws an Error that says which setting to change. `needs`: an earlier check. If it
 * fails, this check is skipped, so that one fault is reported once.
 */
export type ConfigCheck = { name: string; run(): Promise<string>; needs?: string | undefined };

export const check = (name: string, run: ConfigCheck['run'], needs?: string): ConfigCheck => ({ name, run, needs });

/** Thrown by a check that finds a doubtful setting, or cannot decide. */
export class ConfigWarning extends Error {
  override readonly name = 'ConfigWarning';
}

export type Finding = { name: string; mark: 'passed' | 'warning' | 'FAILED' | 'skipped'; text: string };

export const short = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n', 1)[0]!;

export async function* runChecks(checks: readonly ConfigCheck[]): AsyncGenerator<Finding> {
  const unmet = new Set<string>();
  for (const { name, run, needs } of checks) {
    if (needs !== undefined && unmet.has(needs)) {
      unmet.add(name);
      yield { name, mark: 'skipped', text: `it needs what failed above: ${needs}` };
      continue;
    }
    try {
      yield { name, mark: 'passed', text: await run() };
    } catch (error) {
      const isWarning = error instanceof ConfigWarning;
      if (!isWarning) unmet.add(name);
      yield { name, mark: isWarning ? 'warning' : 'FAILED', text: short(error) };
    }
  }
}
