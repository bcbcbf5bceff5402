import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { parseTrace } from './trace-context.ts';

const trace = '4bf92f3577b34da6a3ce929d0e0e4736';
const span = '00f067aa0ba902b7';
const requestId = '0b6c6c1e-6d0f-4a53-9d0b-0a6e7d1c2f3a';

test.each([
  ['00', '01', '01'],
  ['00', '00', '00'],
  ['00', 'ff', '01'],
  ['01', '03-what-comes-later', '01'],
  ['cc', '02', '00'],
])('version %s with flags %s continues the trace, with %s', (version, flags, sent) => {
  const found = parseTrace(`${version}-${trace}-${span}-${flags}`, requestId);
  expect(found.traceId).toBe(trace);
  expect(found.spanId).toMatch(/^[0-9a-f]{16}$/);
  expect(found.spanId).not.toBe(span);
  expect(found.traceparent).toBe(`00-${trace}-${found.spanId}-${sent}`);
});

test.each([
  undefined,
  '',
  'x',
  `00-${trace}-${span}`,
  `00-${trace}-${span}-01-more`,
  `00-${trace}-${span}-01 `,
  ` 00-${trace}-${span}-01`,
  `00-${trace}-${span}-1`,
  `ff-${trace}-${span}-01`,
  `0-${trace}-${span}-01`,
  `00-${trace.toUpperCase()}-${span}-01`,
  `00-${'0'.repeat(32)}-${span}-01`,
  `00-${trace}-${'0'.repeat(16)}-01`,
  `00-${trace.slice(1)}-${span}-01`,
  `00-${trace}x-${span}-01`,
  `01-${trace}-${span}-01x`,
  `00-${trace}-${span}-01, 00-${trace}-${span}-01`,
  `00-${trace}-${span}-01\n`,
  [`00-${trace}-${span}-01`],
])('%j begins a trace', (header) => {
  const found = parseTrace(header, requestId);
  expect(found.traceId).toBe(requestId.replaceAll('-', ''));
  expect(found.traceparent).toBe(`00-${found.traceId}-${found.spanId}-01`);
});

test('each request has a span of its own', () => {
  const spans = Array.from({ length: 100 }, () => parseTrace(undefined, randomUUID()).spanId);
  expect(new Set(spans).size).toBe(100);
});
