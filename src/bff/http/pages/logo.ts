import { createHash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { addresses } from '#contract/endpoints.ts';
import { readSettingFile, SettingFileError } from '../../platform/env/setting-file.ts';

export type Logo = { bytes: Buffer; type: 'image/png' | 'image/svg+xml' };

const MOST_BYTES = 100 * 1024;
/** PNG, Third Edition, 5.2. */
const pngSignature = Buffer.from('89504e470d0a1a0a', 'hex');

/** An SVG is not parsed, because `logoPolicy` keeps its scripts from running. */
function findType(bytes: Buffer): Logo['type'] | null {
  if (bytes.subarray(0, pngSignature.length).equals(pngSignature)) return 'image/png';
  const text = bytes.toString();
  const isSvg = /^\s*<(?:\?xml|!--|!doctype svg|svg)/i.test(text) && /<svg[\s>]/.test(text);
  return isSvg ? 'image/svg+xml' : null;
}

export function readLogo(file: string | undefined, faults: string[]): Logo | null {
  if (file === undefined) return null;
  try {
    const { bytes } = readSettingFile(file, `${file}, which`, MOST_BYTES);
    const type = findType(bytes);
    if (type) return { bytes, type };
    throw new SettingFileError('names a file that is neither SVG nor PNG');
  } catch (error) {
    if (!(error instanceof SettingFileError)) throw error;
    faults.push(`BRAND_LOGO ${error.message}; name an SVG or PNG of at most ${MOST_BYTES / 1024} kB`);
    return null;
  }
}

/** `style-src`: design programs write inline styles. `sandbox`: no script runs if somebody opens the logo's address. */
const logoPolicy = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

export function logoRoute(app: FastifyInstance, { bytes, type }: Logo): void {
  const etag = `"${createHash('sha256').update(bytes).digest('base64url')}"`;
  app.get(addresses.logo, { config: { policy: 'asset' } }, async (request, reply) => {
    void reply.headers({ 'content-security-policy': logoPolicy, 'cache-control': 'public, max-age=3600', etag });
    if (request.headers['if-none-match']?.includes(etag)) return reply.code(304).send();
    return reply.header('content-type', type).send(bytes);
  });
}
