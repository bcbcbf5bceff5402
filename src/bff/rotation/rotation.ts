import { readConfig, type Config, type SecretSetting } from '../config/config.ts';
import { ConfigError } from '../platform/env/config-error.ts';
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
 * Takes new texts of the files behind `@` settings, each on its own. A text counts when two looks in a row found it: a
 * file that is being written is left alone. What is invalid, or of no use to whoever it authenticates to, is not taken,
 * and logged once; the secret before stays in use, and the other settings' new ones are taken all the same.
 * @returns looks at the files once; never rejects
 */
export function createRotation({ environment, files, takers, logger, onTaken = () => {} }: RotationOptions) {
  /** The texts that were dealt with: they are in use, or need a restart. */
  const seen = new Map([...files.first].map(([name, { state }]) => [name, state]));
  const inUse = new Map([...files.first].map(([name, { value }]) => [name, value]));
  let before: FileStates = files.first;
  /** Texts that were refused, and how many looks to pass over them. */
  const refused = new Map<SecretSetting, { state: string; looks: number }>();
  /** What the log last said of each setting that was not taken. */
  const complaints = new Map<SecretSetting, string>();
  let looking: Promise<void> | null = null;

  function complain(name: SecretSetting, fault: string): void {
    if (complaints.get(name) !== fault)
      logger.warn(
        { setting: name, fault },
        'a file has another secret, which is not taken: the one before stays in use',
      );
    complaints.set(name, fault);
  }

  /** The settings whose files have another text, the same as a look before. */
  function settled(now: FileStates): SecretSetting[] {
    return [...now]
      .filter(([name, { state }]) => seen.get(name) !== state && state === before.get(name)?.state)
      .map(([name]) => name);
  }

  /** Whether a text that was refused has to wait. */
  function waits(name: SecretSetting, state: string): boolean {
    const last = refused.get(name);
    if (!last || last.state !== state || last.looks <= 0) return false;
    last.looks -= 1;
    return true;
  }

  /** Reads one setting's files; the others' are what is in use, so that no other file's fault concerns it. */
  function withNew(name: SecretSetting): Config | null {
    try {
      return readConfig(environment, new Map([...inUse].filter(([other]) => other !== name)));
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      complain(name, error.faults.join('; '));
      return null;
    }
  }

  /** Returns whether it was taken. */
  async function take(name: SecretSetting, { state, value }: { state: string; value: string }): Promise<boolean> {
    const next = withNew(name);
    // What was read is what was looked at, or the next look begins again.
    if (next === null || files.read().get(name)?.state !== state) return false;
    const rotation = rotations[name];
    if (rotation !== 'taken') {
      seen.set(name, state);
      logger.warn({ setting: name }, `a file has another secret, which needs a restart: ${rotation.restart}`);
      return false;
    }
    try {
      await takers[name as Rotating](next);
    } catch (error) {
      refused.set(name, { state, looks: LOOKS_BETWEEN_TRIES });
      complain(name, reasonOf(error));
      return false;
    }
    refused.delete(name);
    complaints.delete(name);
    seen.set(name, state);
    inUse.set(name, value);
    logger.info({ setting: name }, 'a new secret was taken from its file');
    return true;
  }

  async function lookOnce(): Promise<void> {
    const now = files.read();
    const changed = settled(now);
    before = now;
    for (const [name, { state }] of now) if (seen.get(name) === state) complaints.delete(name);
    let taken = 0;
    for (const name of changed)
      if (!waits(name, now.get(name)!.state) && (await take(name, now.get(name)!))) taken += 1;
    if (taken > 0) onTaken(readConfig(environment, inUse));
  }

  return {
    look(): Promise<void> {
      looking ??= lookOnce()
        .catch((error: unknown) => logger.warn({ fault: reasonOf(error) }, 'the files of secrets could not be read'))
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
