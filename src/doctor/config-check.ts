/** One check of a configuration. It gives words when it passed, and throws an Error that says what to do. */
export type ConfigCheck = { name: string; run(): Promise<string> };

/** Thrown by a check: not wrong, or not to be told from here. */
export class ConfigWarning extends Error {
  override readonly name = 'Doubt';
}
