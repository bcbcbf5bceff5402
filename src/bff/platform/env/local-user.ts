import { userInfo } from 'node:os';

/** In some containers, the system has only a number for the user. */
export function localUser(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid-${process.getuid?.()}`;
  }
}
