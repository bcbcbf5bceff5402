/**
 * History state of a link to an enroll page that starts the enrollment at once. Only links of our own pages can set it.
 */
export const autoStart = { begin: true };

/** The same, of a link that says that it starts over. */
export const autoStartOver = { begin: true, startOver: true };

export const isAutoStart = (state: unknown): boolean => (state as { begin?: unknown } | null)?.begin === true;
export const isAutoStartOver = (state: unknown): boolean =>
  (state as { startOver?: unknown } | null)?.startOver === true;
