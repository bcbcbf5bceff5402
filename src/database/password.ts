/** The password of new connections, which may change while the program runs. */
export type Password = {
  current(): string;
  /**
   * The server refused a password. Returns whether another one may work now: a role has one password only, so its file
   * and the server never change at the same moment.
   */
  refused(tried: string): boolean;
  /** Uses another one from now on, or the one before for as long as the server wants that. */
  rotate(next: string): void;
};

export function createPassword(first: string): Password {
  let used = first;
  let spare: string | null = null;
  return {
    current: () => used,
    refused(tried) {
      if (spare === null) return false;
      // Somebody else may have noticed it first.
      if (tried === used) [used, spare] = [spare, used];
      return true;
    },
    rotate(next) {
      if (next !== used) [used, spare] = [next, used];
    },
  };
}
