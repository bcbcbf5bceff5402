import * as z from 'zod';
import { optional, whole } from '../../../platform/env/schemas.ts';

/** The settings of the archive, by their names. */
export const archiveVariables = {
  AUDIT_ARCHIVE: optional(z.string()),
  AUDIT_RETENTION_DAYS: optional(whole(90, 36_500)),
};

/** Where old audit rows go, and how long they stay in the store, in milliseconds. */
export type ArchiveSettings = { folder: string; retentionMs: number };

const DAY_MS = 24 * 60 * 60_000;
const USUAL_DAYS = 400;

/**
 * Returns null without `AUDIT_ARCHIVE`: then all rows stay.
 * @param warnings collects the doubtful settings
 */
export function archiveOf(
  set: { AUDIT_ARCHIVE?: string | undefined; AUDIT_RETENTION_DAYS?: number | undefined },
  warnings: string[],
): ArchiveSettings | null {
  const { AUDIT_ARCHIVE: folder, AUDIT_RETENTION_DAYS: days } = set;
  if (folder !== undefined) return { folder, retentionMs: (days ?? USUAL_DAYS) * DAY_MS };
  if (days !== undefined) warnings.push('AUDIT_RETENTION_DAYS is set, and AUDIT_ARCHIVE is not: all audit rows stay');
  return null;
}
