import { connect } from 'node:net';

/** Returns numbers in [0, 1). The same seed gives the same numbers (mulberry32). */
export function createRandom(seed: number) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (end: number) => Math.floor(next() * end);
  const pick = <T>(list: readonly T[]): T => list[below(list.length)]!;
  return { below, pick, chance: (of: number) => next() < of };
}
export type Random = ReturnType<typeof createRandom>;

export type Known = { paths: readonly string[]; cookie: string; origin: string; bodies: readonly string[] };

const methods = [
  'GET',
  'GET',
  'GET',
  'POST',
  'POST',
  'PUT',
  'DELETE',
  'HEAD',
  'OPTIONS',
  'PATCH',
  'TRACE',
  'PROPFIND',
  'CONNECT',
  'get',
  'G\u0000T',
  'BREW',
];
const bits = [
  '%00',
  '%2e%2e',
  '%c0%ae',
  '%252f',
  '%',
  '%zz',
  '%u0041',
  '..',
  '.',
  ';',
  '//',
  '\\',
  '%5c',
  '%0d%0aX: y',
  '*',
  '__proto__',
  'constructor',
  'toString',
  'é',
  '\u{1f600}',
  '%F0%9F%98%80',
  '%ED%A0%80',
  'a'.repeat(300),
  'a'.repeat(9000),
  '%41'.repeat(400),
  '(((((((((a',
  '[object Object]',
  'null',
  'undefined',
  '-1',
  '1e999',
  "'",
  '"><script>',
  '${7*7}',
] as const;
const queries = [
  'a=1',
  'a=1&a=2',
  '__proto__[x]=1',
  'a[b][c]=1',
  'lang=%',
  'returnTo=//evil',
  'purpose=enroll:totp',
  'state=x&code=y&iss=%00',
  '=',
  '&&&',
  'q=%',
  'cursor=%ff',
  '_method=DELETE',
  '%=%',
  'a'.repeat(2000),
] as const;
const types = [
  'application/json',
  'application/json; charset=utf-8',
  'text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=',
  'application/json; charset=\u0000',
  '',
  ';',
  'a/b'.repeat(200),
] as const;
const oddHeaders = [
  'Content-Encoding: gzip',
  'Expect: 100-continue',
  'Expect: the-unexpected',
  'Upgrade: websocket',
  'Connection: upgrade, keep-alive',
  'Range: bytes=0-,5-1',
  'If-Modified-Since: never',
  'If-None-Match: *',
  'Accept-Encoding: br;q=x, gzip, *',
  'Accept-Language: xx-XX-xx;q=9, *;;',
  'Accept: text/html',
  'Accept: */*;q=\u0001',
  'X-Forwarded-For: 1.2.3.4:99, rubbish',
  'X-Forwarded-Host: evil',
  'Forwarded: for=;;;',
  'Idempotency-Key: x',
  'Idempotency-Key: abcdefgh',
  'X-HTTP-Method-Override: DELETE',
  'Cookie: =;=;;a',
  'Cookie: __proto__=1; constructor=2',
  'User-Agent: \u00ff\u00fe',
  'TE: trailers, chunked;q=',
  'Sec-Fetch-Site: none',
  'X-Latchkey-Poll: 1',
  'Referer: :::',
  'Content-Type: application/json',
  'Host: a b',
  `X-Long: ${'y'.repeat(6000)}`,
  'Bad Header',
  ': none',
  'X-Tab:\t\tv',
  'Proxy-Connection: keep-alive',
  'Max-Forwards: -1',
] as const;

function createPath(random: Random, { paths }: Known): string {
  if (random.chance(0.05))
    return random.pick([
      '*',
      'http://evil.example/',
      '',
      '?',
      '#',
      'x',
      '//evil.example',
      '/\\evil',
      `/${'a/'.repeat(3000)}`,
    ]);
  let path = random
    .pick(paths)
    .replaceAll(/\{\w+\}/g, () => (random.chance(0.5) ? 'uft00000000000000000' : random.pick(bits)));
  if (random.chance(0.25)) path += `${random.chance(0.5) ? '/' : ''}${random.pick(bits)}`;
  if (random.chance(0.1))
    path = path.slice(0, random.below(path.length)) + random.pick(bits) + path.slice(random.below(path.length));
  return random.chance(0.3) ? `${path}?${random.pick(queries)}` : path;
}

function oddJson(random: Random, depth = 0): unknown {
  if (depth > 3 || random.chance(0.4))
    return random.pick([
      null,
      true,
      0,
      -0,
      1e308,
      2 ** 53,
      '',
      'x',
      '\u0000',
      '\ud800',
      'a'.repeat(3000),
      '__proto__',
      '123456',
      'totp',
    ]);
  if (random.chance(0.3)) return Array.from({ length: random.below(5) }, () => oddJson(random, depth + 1));
  const names = [
    'kind',
    'passCode',
    'purpose',
    'name',
    'method',
    'factorIds',
    'reason',
    'ticket',
    '__proto__',
    'constructor',
    'toString',
    '',
    'userId',
    'status',
    'answer',
  ] as const;
  return Object.fromEntries(
    Array.from({ length: random.below(6) }, () => [random.pick(names), oddJson(random, depth + 1)]),
  );
}

function createBody(random: Random, { bodies }: Known): Buffer {
  const right = random.pick(bodies);
  const odd = () => Buffer.from(JSON.stringify(oddJson(random)));
  return random.pick<() => Buffer>([
    () => Buffer.from(right),
    odd,
    odd,
    () => Buffer.from(right.slice(0, random.below(right.length))),
    () => Buffer.from(`${right.slice(0, -1)},"__proto__":{"x":1}}`),
    () => Buffer.from('['.repeat(random.pick([10, 1000, 8000]))),
    () => Buffer.from(`${'{"a":'.repeat(1500)}1${'}'.repeat(1500)}`),
    () => Buffer.from('x'.repeat(random.pick([16_384, 16_385, 100_000]))),
    () => Buffer.from([0xef, 0xbb, 0xbf, 0x7b, 0x7d]),
    () => Buffer.from(Array.from({ length: 64 }, () => random.below(256))),
    () => Buffer.alloc(0),
  ])();
}

export function oddRequest(random: Random, known: Known): Buffer {
  const method = random.pick(methods);
  const head = [
    `${method} ${createPath(random, known)} ${random.chance(0.97) ? 'HTTP/1.1' : random.pick(['HTTP/1.0', 'HTTP/2.0', 'HTTP/9', ''])}`,
  ];
  if (random.chance(0.97)) head.push('Host: localhost');
  if (random.chance(0.6))
    head.push(
      `Cookie: ${random.chance(0.85) ? known.cookie : known.cookie.slice(0, random.below(known.cookie.length))}`,
    );
  if (random.chance(0.7)) head.push('X-Latchkey: 1', `Origin: ${random.chance(0.9) ? known.origin : 'null'}`);
  for (let more = random.below(4); more > 0; more -= 1) head.push(random.pick(oddHeaders));
  let body = Buffer.alloc(0);
  if (random.chance(/^(?:POST|PUT|PATCH|DELETE)$/.test(method) ? 0.8 : 0.05)) {
    body = createBody(random, known) as Buffer<ArrayBuffer>;
    head.push(`Content-Type: ${random.chance(0.8) ? types[0] : random.pick(types)}`);
    if (random.chance(0.2)) {
      head.push('Transfer-Encoding: chunked');
      const size = random.chance(0.8)
        ? body.length.toString(16)
        : random.pick(['-1', 'zz', 'ffffffffffffffff', '0;a=b', '']);
      body = Buffer.concat([
        Buffer.from(`${size}\r\n`),
        body,
        Buffer.from(random.chance(0.8) ? '\r\n0\r\n\r\n' : '\r\n'),
      ]);
    } else
      head.push(
        `Content-Length: ${random.chance(0.93) ? body.length : random.pick([0, 1, -1, body.length + 9, 1e12, 'x'])}`,
      );
    if (random.chance(0.02)) head.push('Content-Length: 3');
  }
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`, random.chance(0.5) ? 'utf8' : 'latin1'), body]);
}

/** Sends all requests on one connection, split at random places. Returns all answers. */
export function converse(port: number, requests: readonly Buffer[], random: Random): Promise<string> {
  return new Promise((resolve, reject) => {
    const bytes = Buffer.concat(requests);
    const received: Buffer[] = [];
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    const text = () => Buffer.concat(received).toString('latin1');
    socket.setTimeout(40_000, () =>
      socket.destroy(new Error(`no end after 40 s of: ${JSON.stringify(bytes.toString('latin1').slice(0, 2000))}`)),
    );
    socket.on('data', (chunk) => void received.push(chunk));
    // A server that refuses a request may close the connection before it has read the rest.
    socket.on('error', (error: NodeJS.ErrnoException) =>
      /^(?:ECONNRESET|EPIPE)$/.test(error.code ?? '') ? resolve(text()) : reject(error),
    );
    socket.on('end', () => socket.end());
    socket.on('close', () => resolve(text()));
    socket.on('connect', () => {
      const cut = random.below(bytes.length + 1);
      socket.write(bytes.subarray(0, cut));
      setImmediate(() => socket.end(bytes.subarray(cut)));
    });
  });
}
