let own: string | undefined;
let outdated = false;

/** The build this page was made by. */
export function setBuild(id: string): void {
  own = id;
  outdated = false;
}

/** Looks at a reply's build; another than ours means that the portal was renewed while the page was open. */
export function noteBuild(seen: string | null): void {
  if (own !== undefined && seen !== null && seen !== own) outdated = true;
}

/** True when the next navigation should load the page anew. */
export const isOutdated = (): boolean => outdated;
