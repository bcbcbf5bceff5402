import { correction, generate } from 'lean-qr';
import { toPngBuffer } from 'lean-qr/extras/node_export';

/** Pixels a module: what a phone's camera reads from a screen, while the file stays near one kilobyte. */
const SCALE = 4;

/**
 * Draws ASCII text, such as a URI, as a QR code (ISO/IEC 18004), black on white with the quiet zone around it.
 * @returns a PNG file.
 */
export function qrPng(text: string): Buffer {
  const code = generate(text, { minCorrectionLevel: correction.M });
  return Buffer.from(toPngBuffer(code, { on: [0, 0, 0], off: [255, 255, 255], pad: 4, scale: SCALE }));
}
