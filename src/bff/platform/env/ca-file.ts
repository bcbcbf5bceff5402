import { readFileSync } from 'node:fs';

/** Reads CA certificates (PEM). Adds each error to `faults`. */
export function readCa(setting: string, file: string | undefined, faults: string[]): string | undefined {
  if (file === undefined) return undefined;
  try {
    const text = readFileSync(file, 'utf8');
    if (text.includes('-----BEGIN CERTIFICATE-----')) return text;
    faults.push(`${setting} names a file without a certificate in PEM`);
  } catch {
    faults.push(`${setting} names a file that cannot be read`);
  }
  return undefined;
}
