export const DOT = '\u00a0· ';
