import { userInfo } from 'node:os';

/** The local user's name. A container's user may have only a number: then `uid-` and the number. */
export function localUser(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid-${process.getuid?.()}`;
  }
}
