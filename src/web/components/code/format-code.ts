/** `ABCD EFGH` is easier to read out. */
export const formatCode = (code: string): string => code.replace(/(.{4})(?=.)/g, '$1 ');
