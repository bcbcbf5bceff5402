/** Separates facts on a line. Its no-break space keeps the dot with the text before it, so no line begins with it. */
export const DOT = '\u00a0· ';
