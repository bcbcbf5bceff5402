/** Formats a code for reading out: `ABCD EFGH`. */
export const formatCode = (code: string): string => code.replace(/(.{4})(?=.)/g, '$1 ');
