/** One check of a configuration. Gives a message when it passes; throws an Error that says what to do. */
export type ConfigCheck = { name: string; run(): Promise<string> };
export const check = (name: string, run: ConfigCheck['run']): ConfigCheck => ({ name, run });

/** Thrown by a check that found no error, or cannot decide. */
export class ConfigWarning extends Error {
  override readonly name = 'ConfigWarning';
}
