import { statSync } from 'node:fs';
import { secretSettings, type SecretSetting } from '../config/config.ts';
import { fileOfKey } from '../config/credential-settings.ts';
import { readSecretFile, SecretFileError } from '../platform/env/secret-file.ts';

/** What a setting's files are now. */
type FileState = {
  /** Their modes and texts, or that they cannot be read: equal if nothing changed. */
  state: string;
  /** The setting's value with the files' texts in the place of their names. */
  value: string;
};
/** The settings that name files, each with what those files are now. */
export type FileStates = ReadonlyMap<SecretSetting, FileState>;
export type SecretFiles = ReturnType<typeof openSecretFiles>;

/** The files that a setting's value names, in order, each as it stands in the value. */
function filesIn(name: SecretSetting, value: string): { written: string; file: string }[] {
  if (name === 'AUDIT_SIGNING_KEY')
    return (value.match(/@[^,\n]+/g) ?? []).map((written) => ({ written, file: written.trim().slice(1) }));
  if (name === 'OKTA_SERVICE_PRIVATE_KEY')
    return [fileOfKey(value) ?? []].flat().map((file) => ({ written: value, file }));
  return value.startsWith('@') ? [{ written: value, file: value.slice(1) }] : [];
}

/** What a file is now: its mode and text, or that it cannot be read. */
function read(file: string): { state: string; text: string } {
  try {
    const { mode, text } = readSecretFile(file);
    return { state: `${mode} ${text}`, text: text.trim() };
  } catch (error) {
    const why = error instanceof SecretFileError ? error.message : String((error as NodeJS.ErrnoException).code);
    return { state: `unreadable: ${why}`, text: '' };
  }
}

/**
 * Finds the files behind the `@` settings of an environment. They are read by their paths each time: Kubernetes
 * replaces a link to a folder, so that no file of the old folder ever changes.
 */
export function openSecretFiles(environment: Record<string, string | undefined>) {
  const named = secretSettings
    .map((name) => ({ name, given: environment[name] ?? '', files: filesIn(name, environment[name] ?? '') }))
    .filter(({ files }) => files.length > 0);

  function readAll(): FileStates {
    return new Map(
      named.map(({ name, given, files }) => {
        const found = files.map(({ written, file }) => ({ written, ...read(file) }));
        return [
          name,
          {
            state: found.map(({ state }) => state).join('\n'),
            // A function: a replacement's text could have a pattern like `$&`.
            value: found.reduce((value, { written, text }) => value.replace(written, () => text), given),
          },
        ];
      }),
    );
  }

  return {
    read: readAll,
    /** What the files were when this was created: before the settings were read, so that no later text is missed. */
    first: readAll(),
    /** How long ago the newest file of a setting was changed, in milliseconds; Infinity where there is none. */
    ageMs(name: SecretSetting, now: number): number {
      const files = named.find((one) => one.name === name)?.files ?? [];
      const times = files.map(({ file }) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? -Infinity);
      return now - Math.max(-Infinity, ...times);
    },
  };
}
