import { execFileSync } from 'node:child_process';
import { symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { addresses } from '#contract/endpoints.ts';
import { temporaryFolder } from '#testing/programs/temporary-folder.ts';
import { testEnv } from '#testing/test-env.ts';
import { readConfig } from '../../config/config.ts';
import { findConfigFaults } from '../../config/testing/find-config-faults.ts';

const env = await testEnv();
const folder = temporaryFolder();
const svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 1"><rect width="4" height="1"/></svg>';
const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

let files = 0;
function write(content: string | Buffer): string {
  const file = join(folder, `logo-${(files += 1)}`);
  writeFileSync(file, content);
  return file;
}

async function branded(content: string | Buffer) {
  const file = write(content);
  const { logo, shown } = readConfig({ BRAND_LOGO: file }).portal;
  return { file, portal: await env.another({ settings: { logo, shown: { ...shown, languages: ['en'] } } }) };
}

describe('the logo', () => {
  test('[W4] [W5] has the other answers’ headers, and a policy that lets it run and load nothing', async () => {
    const { portal } = await branded(svg);
    const ask = (path: string) => portal.visitor().raw({ path });
    const [page, logo] = [await ask('/livez'), await ask(addresses.logo)];
    expect([logo.status, logo.text]).toEqual([200, svg]);
    // Design programs write inline styles. `sandbox` keeps the file's scripts from running.
    expect(logo.headers['content-security-policy']).toBe("default-src 'none'; style-src 'unsafe-inline'; sandbox");
    const ownOfEach = ['content-security-policy', 'content-type', 'content-length', 'cache-control', 'etag', 'date'];
    const rest = (headers: object) =>
      Object.fromEntries(Object.entries(headers).filter(([name]) => ![...ownOfEach, 'x-request-id'].includes(name)));
    expect(rest(logo.headers)).toEqual(rest(page.headers));
    expect(rest(logo.headers)).toMatchObject({
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'same-origin',
    });
  });

  test.each([
    ['PNG', png, 'image/png'],
    ['SVG', svg, 'image/svg+xml'],
    ['SVG as editors write it', `\uFEFF<?xml version="1.0"?>\n<!-- drawn -->\n<!DOCTYPE svg>\n${svg}`, 'image/svg+xml'],
  ])('is served by the type of its first bytes: %s', async (_name, content, type) => {
    const { portal } = await branded(content);
    const host = new URL(portal.base).host;
    const { headers, rawPayload } = await portal.app.fastify.inject({ url: addresses.logo, headers: { host } });
    expect(headers['content-type']).toBe(type);
    expect(rawPayload.equals(Buffer.from(content))).toBe(true);
  });

  test('is cached for an hour, then asked for by its digest; the file is read once', async () => {
    const { file, portal } = await branded(svg);
    const visitor = portal.visitor();
    const { headers } = await visitor.raw({ path: addresses.logo });
    expect(headers['cache-control']).toBe('public, max-age=3600');
    writeFileSync(file, '<html><script>alert(1)</script></html>');
    const again = await visitor.raw({ path: addresses.logo, headers: { 'if-none-match': headers['etag']! } });
    expect([again.status, again.text, again.headers['etag']]).toEqual([304, '', headers['etag']]);
    expect(again.headers['content-security-policy']).toBe(headers['content-security-policy']);
    const other = await visitor.raw({ path: addresses.logo, headers: { 'if-none-match': '"another"' } });
    expect([other.status, other.text]).toEqual([200, svg]);
    const next = await branded(png);
    expect((await next.portal.visitor().raw({ path: addresses.logo })).headers['etag']).not.toBe(headers['etag']);
  });

  test('has no address where none is set', async () => {
    const visitor = (await env.fresh()).visitor();
    const [logo, page] = [await visitor.raw({ path: addresses.logo }), await visitor.raw({ path: '/no-such-page' })];
    expect([logo.status, logo.headers['content-type']]).toEqual([page.status, page.headers['content-type']]);
    expect(readConfig({}).portal).toMatchObject({ logo: null, shown: { hasLogo: false } });
  });
});

describe('a file that is no logo stops the start with one line', () => {
  const faults = (file: string) => findConfigFaults({ BRAND_LOGO: file });
  const advice = '; name an SVG or PNG of at most 100 kB';

  test('missing, a folder, a pipe, a device', () => {
    const missing = join(folder, 'missing.svg');
    expect(faults(missing)).toEqual([`BRAND_LOGO names ${missing}, which cannot be read: there is none${advice}`]);
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    for (const file of [folder, pipe, '/dev/zero'])
      expect(faults(file)).toEqual([`BRAND_LOGO names a file that cannot be read${advice}`]);
  });

  test('too large, by a byte or by a terabyte', () => {
    const largest = write(svg.padEnd(100 * 1024));
    expect(faults(largest)).toEqual([]);
    for (const size of [100 * 1024 + 1, 2 ** 40]) {
      truncateSync(largest, size);
      expect(faults(largest)).toEqual([`BRAND_LOGO names a file of more than 100 kB${advice}`]);
    }
  });

  test.each([
    ['HTML', '<!doctype html><svg></svg>'],
    ['HTML with the name of a picture', '<html><script>alert(1)</script></html>'],
    ['a broken signature', Buffer.concat([png.subarray(0, 7), Buffer.from('<svg>')])],
    ['XML without a drawing', '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"/>'],
    ['a compressed drawing', Buffer.from('1f8b0800', 'hex')],
    ['a JPEG', Buffer.from('ffd8ffe000104a464946', 'hex')],
    ['nothing', ''],
  ])('%s', (_name, content) => {
    expect(faults(write(content))).toEqual([`BRAND_LOGO names a file that is neither SVG nor PNG${advice}`]);
  });

  test('a link leads to the file that is read, whatever it is', () => {
    const link = join(folder, 'link.svg');
    symlinkSync('/etc/passwd', link);
    expect(faults(link)).toEqual([expect.stringMatching(/neither SVG nor PNG/)]);
  });
});
