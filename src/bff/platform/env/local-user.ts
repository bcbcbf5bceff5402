import { userInfo } from 'node:os';

/**
 * The local user's name. If the system has only a number for the user, as in some containers: `uid-` and the number.
 */
export function localUser(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid-${process.getuid?.()}`;
  }
}
