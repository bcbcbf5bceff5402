/** A code as it is read out: `ABCD EFGH`. */
export const formatCode = (code: string): string => code.replace(/(.{4})(?=.)/g, '$1 ');
