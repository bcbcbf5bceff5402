import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { secretSettings, type Config } from '../../config/config.ts';
import { real } from '../../config/testing/real-org.ts';
import { createRotation } from '../rotation.ts';
import type { Takers } from '../rotations.ts';
import { openSecretFiles } from '../secret-files.ts';

/** A folder for files of secrets. */
export function secretFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-rotation-'));
  return {
    folder,
    /** Replaces a file; returns the setting's value. */
    put(name: string, text: string): string {
      const file = join(folder, name);
      writeFileSync(`${file}.new`, text, { mode: 0o600 });
      renameSync(`${file}.new`, file);
      return `@${file}`;
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** A rotation whose takers only note what they get. */
export function startFixture(settings: Record<string, string>) {
  const environment: Record<string, string> = { ...real, ...settings };
  const taken: { name: string; config: Config }[] = [];
  /** What the portal says that it uses, after each change. */
  const announced: Config[] = [];
  const lines: { level: string; about: object; text: string }[] = [];
  let refusal: string | null = null;
  const takers = Object.fromEntries(
    secretSettings.map((name) => [
      name,
      (config: Config) => {
        if (refusal?.startsWith(name)) throw new Error(refusal);
        taken.push({ name, config });
      },
    ]),
  ) as unknown as Takers;
  const log = (level: string) => (about: object, text: string) => void lines.push({ level, about, text });
  const logger = { info: log('info'), warn: log('warn') };
  const files = openSecretFiles(environment);
  const onTaken = (config: Config) => void announced.push(config);
  const { look } = createRotation({ environment, files, takers, logger, onTaken });
  return {
    environment,
    taken,
    announced,
    lines,
    look,
    async looks(times: number): Promise<void> {
      for (let n = 0; n < times; n += 1) await look();
    },
    /** Makes the taker of the setting with which this begins refuse; null: none does. */
    refuse: (why: string | null) => void (refusal = why),
    warnings: () => lines.filter(({ level }) => level === 'warn').map(({ about, text }) => ({ ...about, text })),
  };
}
