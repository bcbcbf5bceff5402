/** The context that a QR image's address is sealed for. An address copied to another factor's row cannot be opened. */
export const qrContext = (userId: string, factorId: string): string => `qr ${userId} ${factorId}`;
