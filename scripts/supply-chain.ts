/** Without an answer of the registry, prints one line and passes: being offline is no fault of the sources. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { npm } from './npm.ts';
import { root } from './step.ts';

type Judgement = { wrong: string[]; notes: string[] };
/** JSON, or another text if the registry does not answer. */
type Answer = { output: string };

const serious = new Set(['high', 'critical']);
const once = ['--json', '--fetch-retries=0', '--fetch-timeout=20000'];
const unanswered = (what: string): Judgement => ({ wrong: [], notes: [`the registry gives no ${what}: not checked`] });

function parsed<T extends object>({ output }: Answer): Partial<T> {
  try {
    return JSON.parse(output) as Partial<T>;
  } catch {
    return {};
  }
}

export function judgeSignatures(answer: Answer): Judgement {
  type Signed = { name: string; version: string };
  const { invalid, missing } = parsed<{ invalid: Signed[]; missing: Signed[] }>(answer);
  if (!invalid || !missing) return unanswered('signatures');
  const named = (what: string) => (one: Signed) => `${one.name} ${one.version} ${what}`;
  return {
    wrong: [...invalid.map(named('has a wrong signature')), ...missing.map(named('has no signature'))],
    notes: [],
  };
}

export function judgeAdvisories(answer: Answer): Judgement {
  type Concerned = { name: string; severity: string; via: (string | { title: string; url: string })[] };
  const { vulnerabilities } = parsed<{ vulnerabilities: Record<string, Concerned> }>(answer);
  if (!vulnerabilities) return unanswered('advisories');
  const lines = Object.values(vulnerabilities).map(({ name, severity, via }) => {
    const why = via.map((one) => (typeof one === 'string' ? `by ${one}` : `${one.title} ${one.url}`)).join('; ');
    return { isSerious: serious.has(severity), text: `${name}: ${severity}: ${why}` };
  });
  return {
    wrong: lines.filter(({ isSerious }) => isSerious).map(({ text }) => text),
    notes: lines.filter(({ isSerious }) => !isSerious).map(({ text }) => text),
  };
}

/** Signatures of a lock file do not change, so one answer for each lock file is enough. */
function signatures(): Judgement {
  const digest = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  const stamp = join(root, '.cache/signatures');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) return { wrong: [], notes: [] };
  const verdict = judgeSignatures(npm(['audit', 'signatures', ...once], root));
  if (verdict.wrong.length + verdict.notes.length === 0) {
    mkdirSync(join(root, '.cache'), { recursive: true });
    writeFileSync(stamp, digest);
  }
  return verdict;
}

export function judgePackages(): Judgement {
  const advisories = judgeAdvisories(npm(['audit', '--omit=dev', ...once], root));
  const { wrong, notes } = signatures();
  return { wrong: [...wrong, ...advisories.wrong], notes: [...notes, ...advisories.notes] };
}

if (import.meta.main) {
  const { wrong, notes } = judgePackages();
  for (const words of notes) console.log(`note: ${words}`);
  for (const words of wrong) console.log(words);
  process.exitCode = wrong.length > 0 ? 1 : 0;
}
