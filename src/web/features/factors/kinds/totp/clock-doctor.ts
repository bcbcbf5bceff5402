/** How many windows either side are searched: the drift of a phone whose time was set by hand. */
const REACH = 20;
/** How many windows off a code may be and is sent: the server decides about those. */
const NEAR = 4;
/** How long the codes of our QR codes are. */
const DIGITS = 6;

/** What a code says about the phone that showed it. */
export type Diagnosis =
  /** The code fits, or nothing is known: the server decides. */
  | { is: 'sendable' }
  /** The phone's clock minus the server's, in seconds, to half a minute: above 0 it is ahead. */
  | { is: 'off'; seconds: number }
  /** The app has the entry of an earlier secret of this page. */
  | { is: 'earlier' };

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** Decodes base32 (RFC 4648) without padding. Other characters are ignored. */
function fromBase32(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(Math.floor((text.length * 5) / 8));
  let [bits, value, at] = [0, 0, 0];
  for (const letter of text.toUpperCase()) {
    const index = alphabet.indexOf(letter);
    if (index < 0) continue;
    value = ((value << 5) | index) & 0xfff;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes[at++] = value >> bits;
  }
  return bytes.subarray(0, at);
}

/** Returns the function that makes a secret's code of a window (RFC 6238 with SHA-1, as our QR codes say). */
async function codesOf(secret: string): Promise<(window: number) => Promise<string>> {
  const hmac = { name: 'HMAC', hash: 'SHA-1' };
  const key = await crypto.subtle.importKey('raw', fromBase32(secret), hmac, false, ['sign']);
  return async (window) => {
    const counter = new DataView(new ArrayBuffer(8));
    counter.setBigUint64(0, BigInt(window));
    const mac = new DataView(await crypto.subtle.sign('HMAC', key, counter));
    const number = mac.getUint32(mac.getUint8(mac.byteLength - 1) & 15) & 0x7fff_ffff;
    return String(number % 10 ** DIGITS).padStart(DIGITS, '0');
  };
}

/** Returns how many windows ahead of `window` a code of this secret is: the nearest, or null beyond the reach. */
async function offsetOf(code: string, secret: string, window: number): Promise<number | null> {
  const codeOf = await codesOf(secret);
  const codes = await Promise.all(Array.from({ length: 2 * REACH + 1 }, (_, at) => codeOf(window + at - REACH)));
  const found = codes.flatMap((one, at) => (one === code ? [at - REACH] : []));
  return found.toSorted((a, b) => Math.abs(a) - Math.abs(b))[0] ?? null;
}

/**
 * Compares a code with the codes of 20 windows either side of the server's time. It sends nothing.
 * @param code six digits
 * @param about the secrets in base32, the window's length in seconds, and the server's time in milliseconds
 */
export async function diagnose(
  code: string,
  about: { secret: string; earlier: readonly string[]; period: number; now: number },
): Promise<Diagnosis> {
  const window = Math.floor(about.now / 1000 / about.period);
  const offset = await offsetOf(code, about.secret, window);
  if (offset !== null && Math.abs(offset) > NEAR) {
    const seconds = (window + offset + 0.5) * about.period - about.now / 1000;
    return { is: 'off', seconds: Math.round(seconds / 30) * 30 };
  }
  if (offset === null)
    for (const secret of about.earlier) if ((await offsetOf(code, secret, window)) !== null) return { is: 'earlier' };
  return { is: 'sendable' };
}
