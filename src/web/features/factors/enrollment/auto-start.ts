/** What a link to an enroll page carries when pressing it was the wish to begin. Only this page's own links can. */
export const autoStart = { begin: true };

export const isAutoStart = (state: unknown): boolean => (state as { begin?: unknown } | null)?.begin === true;
