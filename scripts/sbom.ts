/** `npm run sbom`: a release's bill of materials (CycloneDX). Unlike `npm sbom`, equal lock files give equal bytes. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { npm } from './npm.ts';

type Component = { 'bom-ref': string };
export type Sbom = {
  bomFormat: string;
  serialNumber: string;
  metadata: { timestamp?: string; tools?: unknown; component: Component & { name: string; version: string } };
  components: (Component & {
    purl: string;
    hashes?: { alg: string; content: string }[];
    properties?: { name: string; value: string }[];
  })[];
  dependencies: { ref: string; dependsOn: string[] }[];
};

export function reproducible(made: Sbom): Sbom {
  const { timestamp: _, tools: _tools, component, ...metadata } = made.metadata;
  const whole = {
    ...made,
    // npm writes the folder's name.
    metadata: { ...metadata, component: { ...component, name: 'latchkey' } },
    components: made.components.toSorted((a, b) => (a['bom-ref'] < b['bom-ref'] ? -1 : 1)),
    dependencies: made.dependencies.toSorted((a, b) => (a.ref < b.ref ? -1 : 1)),
  };
  const digest = createHash('sha256')
    .update(JSON.stringify({ ...whole, serialNumber: '' }))
    .digest('hex');
  // A UUID of version 8 has bits of our own.
  const uuid = digest.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, '$1-$2-8$3-8$4-$5');
  return { ...whole, serialNumber: `urn:uuid:${uuid}` };
}

/** Returns packages for another platform, and Node if it is not in the release. */
function findForeignPackages(folder: string, hasNode: boolean): Set<string> {
  type Entry = { version: string; os?: string[]; cpu?: string[] };
  const lock = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, Entry>;
  };
  const isForeign = ({ os, cpu }: Entry) => os && !(hasNode && os.includes('linux') && cpu?.includes('x64'));
  return new Set(
    Object.entries(lock.packages)
      .filter(([, entry]) => isForeign(entry))
      .map(([path, { version }]) => `pkg:npm/${path.slice(path.lastIndexOf('node_modules/') + 13)}@${version}`),
  );
}

/** npm's own `--omit=dev` also omits packages that the program and the tests share. */
function onlyReleased(made: Sbom, foreign: Set<string>): Sbom {
  const components = made.components.filter(
    ({ purl, properties }) =>
      !foreign.has(decodeURIComponent(purl)) &&
      !properties?.some(({ name, value }) => name === 'cdx:npm:package:development' && value === 'true'),
  );
  const kept = new Set([made.metadata.component['bom-ref'], ...components.map((one) => one['bom-ref'])]);
  const dependencies = made.dependencies
    .filter(({ ref }) => kept.has(ref))
    .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((one) => kept.has(one)).toSorted() }));
  return { ...made, components, dependencies };
}

/** @param hasNode whether the release contains Node */
export function sbomOf(folder: string, hasNode = true): Sbom {
  const { code, output, error } = npm(
    ['sbom', '--sbom-format=cyclonedx', '--package-lock-only', '--sbom-type=application'],
    folder,
  );
  if (code !== 0) throw new Error(`npm could not list the packages: ${error}`);
  return reproducible(onlyReleased(JSON.parse(output) as Sbom, findForeignPackages(folder, hasNode)));
}

if (import.meta.main) process.stdout.write(`${JSON.stringify(sbomOf(process.cwd()), null, 2)}\n`);
