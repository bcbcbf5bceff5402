/** One check of a configuration. Gives a message when it passes; throws an Error that says what to do. */
export type ConfigCheck = { name: string; run(): Promise<string> };

/** Thrown by a check that found no error, or cannot decide. */
export class ConfigWarning extends Error {
  override readonly name = 'Doubt';
}
