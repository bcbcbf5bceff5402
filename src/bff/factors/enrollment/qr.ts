import type { FastifyReply } from 'fastify';

/** What a sealed address of a QR image is bound to: moved to another row, it does not open. */
export const qrContext = (userId: string, factorId: string): string => `qr ${userId} ${factorId}`;

/** Answers with a picture of the org's: never kept, nor taken for a page should somebody open its address. */
export const sendPicture = (reply: FastifyReply, png: Uint8Array) =>
  reply
    .headers({
      'content-security-policy': "default-src 'none'; sandbox",
      'content-disposition': 'inline; filename="qr.png"',
    })
    .type('image/png')
    .send(png);
