import type { Activation } from '#contract/endpoints.ts';
import { keepDraft, readDraft } from '../../../../components/field/draft.ts';

/** An enrollment whose QR code this tab has shown. The secret is not part of it. */
export type Scanned = {
  factorId: string;
  /** The entry's name in the app; null if the code names none. */
  entry: string | null;
  /** ISO 8601: until then it can be finished. Null: it was cancelled. */
  expiresAt: string | null;
};

/** The entry stays in the app after its enrollment has ended: a day, in milliseconds. */
const waits = 24 * 60 * 60_000;
const nameOf = (pathname: string): string => `scanned:${pathname}`;

export const readScanned = (pathname: string): Scanned | undefined => readDraft<Scanned>(nameOf(pathname), waits);

export const forgetScanned = (pathname: string): void => keepDraft(nameOf(pathname), undefined);

/** Notes that a page shows a secret, so that after a reload it can name the entry to delete. */
export function noteScanned(
  pathname: string,
  factorId: string,
  { uri, expiresAt }: Extract<Activation, { how: 'secret' }>,
): void {
  keepDraft(nameOf(pathname), { factorId, entry: entryOf(uri), expiresAt } satisfies Scanned);
}

/** Notes that the enrollment was cancelled. Its entry may still be in the app. */
export function noteCancelled(pathname: string): void {
  const scanned = readScanned(pathname);
  if (scanned) keepDraft(nameOf(pathname), { ...scanned, expiresAt: null } satisfies Scanned);
}

/** Returns an entry's name as apps show it, from its `otpauth` address: “Example: ada@example.com”. */
function entryOf(uri: string): string | null {
  const label = /^otpauth:\/\/totp\/([^?]+)/.exec(uri)?.[1];
  if (label === undefined) return null;
  try {
    return decodeURIComponent(label).replace(/:\s*/, ': ');
  } catch {
    return null;
  }
}
