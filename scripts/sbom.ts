/**
 * `npm run sbom`: prints a bill of materials (CycloneDX, JSON) of the packages that the program needs, from the lock
 * file. Equal lock files give equal bytes: no time, and an id from the contents. `npm sbom` alone writes the time and a
 * random id, and leaves the order of packages open.
 */
import { createHash } from 'node:crypto';
import { npm } from './npm.ts';

type Component = { 'bom-ref': string };
export type Sbom = {
  bomFormat: string;
  serialNumber: string;
  metadata: { timestamp?: string; component: Component & { name: string; version: string } };
  components: (Component & {
    purl: string;
    hashes?: { alg: string; content: string }[];
    properties?: { name: string; value: string }[];
  })[];
  dependencies: { ref: string; dependsOn: string[] }[];
};

/** Leaves out when and as which run it was made, and sorts what npm may order otherwise. */
export function reproducible(made: Sbom): Sbom {
  const by =
    <T>(key: (one: T) => string) =>
    (a: T, b: T) =>
      key(a) < key(b) ? -1 : 1;
  const { timestamp: _, ...metadata } = made.metadata;
  const whole = {
    ...made,
    metadata,
    components: made.components.toSorted(by((one) => one['bom-ref'])),
    dependencies: made.dependencies.toSorted(by((one) => one.ref)),
  };
  const digest = createHash('sha256')
    .update(JSON.stringify({ ...whole, serialNumber: '' }))
    .digest('hex');
  // A UUID of version 8: its bits are our own.
  const [a, b, c, d, e] = [
    digest.slice(0, 8),
    digest.slice(8, 12),
    digest.slice(13, 16),
    digest.slice(17, 20),
    digest.slice(20, 32),
  ];
  return { ...whole, serialNumber: `urn:uuid:${a}-${b}-8${c}-8${d}-${e}` };
}

/** npm's own `--omit=dev` also leaves out what the program and the tests share. */
function withoutDevelopment(made: Sbom): Sbom {
  const components = made.components.filter(
    ({ properties }) =>
      !properties?.some(({ name, value }) => name === 'cdx:npm:package:development' && value === 'true'),
  );
  const kept = new Set([made.metadata.component['bom-ref'], ...components.map((one) => one['bom-ref'])]);
  const dependencies = made.dependencies
    .filter(({ ref }) => kept.has(ref))
    .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((one) => kept.has(one)).toSorted() }));
  return { ...made, components, dependencies };
}

/** The bill of materials of a folder's lock file. */
export function sbomOf(folder: string): Sbom {
  const { code, output, error } = npm(
    ['sbom', '--sbom-format=cyclonedx', '--package-lock-only', '--sbom-type=application'],
    folder,
  );
  if (code !== 0) throw new Error(`npm could not list the packages: ${error}`);
  return reproducible(withoutDevelopment(JSON.parse(output) as Sbom));
}

if (import.meta.main) process.stdout.write(`${JSON.stringify(sbomOf(process.cwd()), null, 2)}\n`);
