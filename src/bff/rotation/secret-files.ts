import { readFileSync, statSync } from 'node:fs';
import { secretSettings, type SecretSetting } from '../config/config.ts';
import { fileOfKey } from '../config/credential-settings.ts';

/** The files that a setting's value names, in order. */
function filesIn(name: SecretSetting, value: string): string[] {
  if (name === 'AUDIT_SIGNING_KEY') return (value.match(/@[^,\n]+/g) ?? []).map((one) => one.trim().slice(1));
  if (name === 'OKTA_SERVICE_PRIVATE_KEY') return [fileOfKey(value) ?? []].flat();
  return value.startsWith('@') ? [value.slice(1)] : [];
}

/** What a file is now: its mode and text, or that it cannot be read. */
function stateOf(file: string): string {
  try {
    const { mode } = statSync(file);
    return `${mode} ${readFileSync(file, 'utf8')}`;
  } catch (error) {
    return `unreadable: ${String((error as NodeJS.ErrnoException).code)}`;
  }
}

/** The settings that name files, each with what those files are now. */
export type FileStates = ReadonlyMap<SecretSetting, string>;

export type SecretFiles = ReturnType<typeof openSecretFiles>;

/**
 * Finds the files behind the `@` settings of an environment. They are read by their paths each time: Kubernetes
 * replaces a link to a folder, so that no file of the old folder ever changes.
 */
export function openSecretFiles(environment: Record<string, string | undefined>) {
  const named = secretSettings
    .map((name) => ({ name, files: filesIn(name, environment[name] ?? '') }))
    .filter(({ files }) => files.length > 0);
  const read = (): FileStates => new Map(named.map(({ name, files }) => [name, files.map(stateOf).join('\n')]));
  return {
    read,
    /** What the files were when this was created: before the settings were read, so that no later text is missed. */
    first: read(),
    /** How long ago the newest file of a setting was changed, in milliseconds; Infinity where there is none. */
    ageMs(name: SecretSetting, now: number): number {
      const files = named.find((one) => one.name === name)?.files ?? [];
      const times = files.map((file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? -Infinity);
      return now - Math.max(-Infinity, ...times);
    },
  };
}
