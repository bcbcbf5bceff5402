/** With this context, an address that is copied to another factor's row cannot be opened. */
export const qrContext = (userId: string, factorId: string): string => `qr ${userId} ${factorId}`;
