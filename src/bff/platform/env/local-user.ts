import { userInfo } from 'node:os';

/** The local user's name; in a container it may have a number only. */
export function localUser(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid-${process.getuid?.()}`;
  }
}
