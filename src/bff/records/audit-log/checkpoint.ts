import { isSignedText, signText, type AuditKeys, type Head, type Signatures } from './keys.ts';

/** A signed head outside the store: in a log line, and at the end of an export. */
export type Checkpoint = { auditHead: Head };

export const createCheckpoint = (auditHead: Head): Checkpoint => ({ auditHead });

const isHead = (value: unknown): value is Head => {
  const { seq, at, hash, signatures } = (value ?? {}) as Partial<Head>;
  return (
    typeof seq === 'number' &&
    typeof at === 'number' &&
    typeof hash === 'string' &&
    typeof signatures === 'object' &&
    signatures !== null
  );
};

function parse(line: string): Head | null {
  try {
    const { auditHead } = JSON.parse(line) as Partial<Checkpoint>;
    return isHead(auditHead) ? auditHead : null;
  } catch {
    return null;
  }
}

/** Ignores all other lines of a log or an export. */
export const readCheckpoints = (text: string): Head[] =>
  text.split('\n').flatMap((line) => {
    const head = parse(line.slice(Math.max(0, line.indexOf('{'))));
    return head ? [head] : [];
  });

/** `first` and `last`: row numbers, 0 without rows. `sha256`: of all bytes before the export's last line, base64url. */
export type Manifest = { filter: string; role: string; first: number; last: number; count: number; sha256: string };
export type SignedManifest = { auditHead: Head; manifest: Manifest; signatures: Signatures };

const manifestText = ({ seq, hash }: Head, { filter, role, first, last, count, sha256 }: Manifest): string =>
  ['latchkey-audit-export/1', seq, hash, JSON.stringify([filter, role]), first, last, count, sha256].join('\n');

export const signManifest = (keys: AuditKeys, auditHead: Head, manifest: Manifest): SignedManifest => ({
  auditHead,
  manifest,
  signatures: signText(keys, manifestText(auditHead, manifest)),
});

export const isSignedManifest = (keys: AuditKeys, { auditHead, manifest, signatures }: SignedManifest): boolean =>
  isSignedText(keys, manifestText(auditHead, manifest), signatures);

/** Null if the line is no manifest. */
export function readManifest(line: string): SignedManifest | null {
  try {
    const value = JSON.parse(line) as Partial<SignedManifest>;
    return isHead(value.auditHead) && value.manifest && value.signatures ? (value as SignedManifest) : null;
  } catch {
    return null;
  }
}
