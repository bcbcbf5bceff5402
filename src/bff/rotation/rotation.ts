import { readConfig, type Config, type SecretSetting } from '../config/config.ts';
import { ConfigError } from '../config/env/config-error.ts';
import { rotations, type Rotating, type Takers } from './rotations.ts';
import type { FileStates, SecretFiles } from './secret-files.ts';

/** How many looks at the files pass until a text that was of no use is tried again. */
const LOOKS_BETWEEN_TRIES = 12;

type RotationOptions = {
  environment: Record<string, string | undefined>;
  files: SecretFiles;
  takers: Takers;
  logger: { info(about: object, text: string): void; warn(about: object, text: string): void };
  /** Called after settings were taken. */
  onTaken?: (next: Config) => void;
};

/** Never the secret: an error's message names what is wrong with it. */
const reasonOf = (error: unknown) => (error instanceof Error ? error.message : String(error)).split('\n', 1)[0]!;

/**
 * Takes new texts of the files behind `@` settings. A text counts when two looks in a row found it: a file that is
 * being written is left alone. What is invalid, or of no use to whoever it authenticates to, is not taken, and logged
 * once; the secret before stays in use.
 * @returns looks at the files once; never rejects
 */
export function createRotation({ environment, files, takers, logger, onTaken = () => {} }: RotationOptions) {
  const taken = new Map(files.first);
  let before: FileStates = files.first;
  /** Texts that were refused, and how many looks to pass over them. */
  const refused = new Map<SecretSetting, { state: string; looks: number }>();
  let complaint = '';
  let looking: Promise<void> | null = null;

  function complain(faults: readonly string[]): void {
    const text = faults.join('; ');
    if (text !== complaint && text !== '')
      logger.warn({ faults }, 'a file has another secret, which is not taken: the one before stays in use');
    complaint = text;
  }

  /** The settings whose files have another text, the same as a look before. */
  function settled(now: FileStates): SecretSetting[] {
    return [...now.keys()].filter((name) => now.get(name) !== taken.get(name) && now.get(name) === before.get(name));
  }

  /** Whether a text that was refused has to wait. */
  function waits(name: SecretSetting, state: string): boolean {
    const last = refused.get(name);
    if (!last || last.state !== state || last.looks <= 0) return false;
    last.looks -= 1;
    return true;
  }

  async function take(name: SecretSetting, state: string, next: Config): Promise<string | null> {
    const rotation = rotations[name];
    if (rotation !== 'taken') {
      taken.set(name, state);
      logger.warn({ setting: name }, `a file has another secret, which needs a restart: ${rotation.restart}`);
      return null;
    }
    try {
      await takers[name as Rotating](next);
    } catch (error) {
      refused.set(name, { state, looks: LOOKS_BETWEEN_TRIES });
      return `${name}: ${reasonOf(error)}`;
    }
    refused.delete(name);
    taken.set(name, state);
    logger.info({ setting: name }, 'a new secret was taken from its file');
    return null;
  }

  async function lookOnce(): Promise<void> {
    const now = files.read();
    const changed = settled(now);
    before = now;
    if ([...now].every(([name, state]) => taken.get(name) === state)) complaint = '';
    const due = changed.filter((name) => !waits(name, now.get(name)!));
    if (due.length === 0) return;
    let next: Config;
    try {
      next = readConfig(environment);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      return complain(error.faults);
    }
    // What was read is what was looked at, or the next look begins again.
    const after = files.read();
    if (due.some((name) => after.get(name) !== now.get(name))) return undefined;
    const faults: string[] = [];
    for (const name of due) {
      const fault = await take(name, now.get(name)!, next);
      if (fault !== null) faults.push(fault);
    }
    complain(faults);
    if (due.length > faults.length) onTaken(next);
    return undefined;
  }

  return {
    look(): Promise<void> {
      looking ??= lookOnce()
        .catch((error: unknown) => complain([reasonOf(error)]))
        .finally(() => (looking = null));
      return looking;
    },
  };
}

/** Looks at the files again and again. Returns what ends it. */
export function startRotation(options: RotationOptions, everyMs: number): () => void {
  const rotation = createRotation(options);
  const timer = setInterval(() => void rotation.look(), everyMs);
  return () => clearInterval(timer);
}
