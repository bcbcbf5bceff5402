/** The password of new connections, which may change while the program runs. */
export type Password = {
  current(): string;
  /**
   * The server refused a password. Returns whether another one may work now: a role has one password only, so its file
   * and the server never change at the same moment.
   */
  refused(tried: string): boolean;
  /** Uses another one from now on, or one of those before for as long as the server wants that. */
  rotate(next: string): void;
};

/** How many are tried: a file may have had a wrong one, or two, before the server got the one that it has now. */
const MOST = 4;

export function createPassword(first: string): Password {
  let known: readonly [string, ...string[]] = [first];
  return {
    current: () => known[0],
    refused(tried) {
      const [used, next, ...rest] = known;
      if (next === undefined) return false;
      // Somebody else may have noticed it first.
      if (tried === used) known = [next, ...rest, used];
      return true;
    },
    rotate(next) {
      known = [next, ...known.filter((one) => one !== next).slice(0, MOST - 1)];
    },
  };
}

/** How often a connection is tried, so that each password had its turn. */
export const PASSWORD_TRIES = MOST;
