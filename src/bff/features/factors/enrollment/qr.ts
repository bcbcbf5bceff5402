/** The context that the sealed address of a QR image is bound to: in another row, it cannot be opened. */
export const qrContext = (userId: string, factorId: string): string => `qr ${userId} ${factorId}`;
