import { beforeEach, expect, test } from 'vitest';
import { type OktaClient } from './client.ts';
import { cutInside, hang, json, oktaError, raw, type Behaviour, badOrg } from './testing/bad-org.ts';
import { canary, getFailure } from './testing/failure.ts';
import { png, qrcodeAt, userId } from './testing/samples.ts';
import { connectTo } from './testing/connect.ts';

const org = await badOrg();
let client: OktaClient;

beforeEach(() => {
  const limits = { callMs: 1000, headersMs: 500 };
  client = connectTo(org, { limits, sleep: async () => {} });
  return () => client.close();
});

const picture = { 'content-type': 'image/png' };
const ask = (href = qrcodeAt(org.origin)) => client.userFactorApi.getQrCode({ href });

test('getQrCode fetches the image byte for byte, without the credential', async () => {
  org.will(raw(png, 200, picture));
  expect((await ask()).png.equals(png)).toBe(true);
  const [request] = org.requests;
  expect(request).toMatchObject({ method: 'GET', path: new URL(qrcodeAt(org.origin)).pathname, body: '' });
  expect(request?.headers.accept).toBe('image/png');
  expect(JSON.stringify(request)).not.toContain(canary);
});

const qr = `/api/v1/users/${userId}/factors/opfF/qr/20111x`;
test.each<[string, () => string]>([
  ['another origin', () => `https://evil.example${qr}`],
  ['another port', () => `http://127.0.0.1:1${qr}`],
  ['another scheme', () => `file://${qr}`],
  ['no origin', () => qr],
  ['a name that begins alike', () => `${org.origin}.evil.example${qr}`],
  ['a user before the host', () => org.origin.replace('//', '//a:b@') + qr],
  ['another path', () => `${org.origin}/api/v1/users/${userId}`],
  ['a path that only ends so', () => `${org.origin}/x${qr}`],
  ['a way out by dots', () => `${org.origin}${qr}/../../../../groups/qr/x`],
  ['the same, encoded', () => `${org.origin}/api/v1/users/${userId}/factors/%2e%2e/qr/x`],
  ['a slash, encoded', () => `${org.origin}${qr}%2f..`],
  ['backslashes', () => `${org.origin}${qr.replaceAll('/', '\\')}`],
  ['a query', () => `${org.origin}${qr}?to=x`],
  ['a fragment', () => `${org.origin}${qr}#x`],
  ['line ends', () => `${org.origin}${qr}\r\nx: y`],
  ['nothing', () => ''],
])('getQrCode does not follow a link to %s, and does not repeat it in the error', async (_, href) => {
  org.will(raw(png, 200, picture));
  const error = await getFailure(() => ask(href()));
  expect(error).toMatchObject({ kind: 'bad_reply', acted: 'no' });
  expect(error.message).not.toContain('20111x');
  expect(org.requests).toEqual([]);
});

test.each<[string, Behaviour, string, number]>([
  ['HTML', raw('<html>', 200, { 'content-type': 'text/html' }), 'bad_reply', 1],
  ['HTML that says it is a picture', raw('<html>', 200, picture), 'bad_reply', 1],
  ['a picture of another kind', raw(Buffer.from('GIF89a'), 200, picture), 'bad_reply', 1],
  ['SVG, which could hold a script', raw('<svg xmlns="http://www.w3.org/2000/svg"/>', 200, picture), 'bad_reply', 1],
  ['half a signature', raw(png.subarray(0, 4), 200, picture), 'bad_reply', 1],
  ['nothing', raw('', 200, picture), 'bad_reply', 1],
  ['a large picture', raw(Buffer.concat([png, Buffer.alloc(64_001)]), 200, picture), 'bad_reply', 1],
  ['a vast picture', raw(Buffer.concat([png, Buffer.alloc(5_000_000)]), 200, picture), 'bad_reply', 1],
  ['a redirect', (response) => void response.writeHead(302, { location: qrcodeAt(org.origin) }).end(), 'bad_reply', 1],
  ['silence', hang, 'timeout', 1],
  ['half an answer', cutInside('x'.repeat(100), picture), 'bad_reply', 2],
  ['a refusal', oktaError(404, 'E0000007'), 'api', 1],
  ['JSON', json({}), 'bad_reply', 1],
])('getQrCode rejects %s', async (_, behaviour, kind, times) => {
  org.will(behaviour);
  expect(await getFailure(ask)).toMatchObject({ kind, acted: 'no' });
  expect(org.requests.length).toBe(times);
});
