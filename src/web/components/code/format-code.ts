/** Groups a code by four characters so that it is easy to read out: `ABCD EFGH`. */
export const formatCode = (code: string): string => code.replace(/(.{4})(?=.)/g, '$1 ');
