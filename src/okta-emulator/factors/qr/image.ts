import { correction, generate } from 'lean-qr';
import { toPngBuffer } from 'lean-qr/extras/node_export';

/** Pixels per module: a phone's camera can read the code on a screen, and the file has about one kilobyte. */
const SCALE = 4;

/**
 * Draws ASCII text, such as a URI, as a QR code (ISO/IEC 18004), black on white with a quiet zone.
 * @returns a PNG file
 */
export function qrPng(text: string): Buffer {
  const code = generate(text, { minCorrectionLevel: correction.M });
  return Buffer.from(toPngBuffer(code, { on: [0, 0, 0], off: [255, 255, 255], pad: 4, scale: SCALE }));
}
