/** What a sealed address of a QR image is bound to: moved to another row, it does not open. */
export const qrContext = (userId: string, factorId: string): string => `qr ${userId} ${factorId}`;
