let pageBuild: string | undefined;
let outdated = false;

/** Sets the build that rendered this page. */
export function setBuild(id: string): void {
  pageBuild = id;
  outdated = false;
}

/** Compares a reply's build with the page's build. They differ if the portal was updated while the page was open. */
export function recordBuild(served: string | null): void {
  if (pageBuild !== undefined && served !== null && served !== pageBuild) outdated = true;
}

/** True if the next navigation should reload the page. */
export const isOutdated = (): boolean => outdated;
