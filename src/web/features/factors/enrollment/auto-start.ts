/**
 * History state of a link to an enroll page that starts the enrollment at once. Only links of our own pages can set it.
 */
export const autoStart = { begin: true };

export const isAutoStart = (state: unknown): boolean => (state as { begin?: unknown } | null)?.begin === true;
