let pageBuild: string | undefined;
let outdated = false;

export function setBuild(id: string): void {
  pageBuild = id;
  outdated = false;
}

/** The builds differ if the portal was updated while the page was open. */
export function recordBuild(served: string | null): void {
  if (pageBuild !== undefined && served !== null && served !== pageBuild) outdated = true;
}

export const isOutdated = (): boolean => outdated;
