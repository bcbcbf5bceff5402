import { correction, generate } from 'lean-qr';
import { toPngBuffer } from 'lean-qr/extras/node_export';

/** Pixels per module: a phone's camera can read the code on a screen, and the file has about 1 kB. */
const SCALE = 4;

/** ISO/IEC 18004. Returns a PNG. */
export function qrPng(text: string): Buffer {
  const code = generate(text, { minCorrectionLevel: correction.M });
  return Buffer.from(toPngBuffer(code, { on: [0, 0, 0], off: [255, 255, 255], pad: 4, scale: SCALE }));
}
