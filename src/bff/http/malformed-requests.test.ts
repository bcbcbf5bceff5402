import { expect, test } from 'vitest';
import { assertHost } from './malformed-requests.ts';

test.each([
  ['1.1', ['Host', 'a'], true],
  ['1.1', ['Accept', 'host'], false],
  ['1.0', ['Accept', 'x'], true],
  ['1.1', ['Host', 'a', 'hOST', 'a'], false],
  ['1.0', ['Host', 'a', 'Host', 'b'], false],
])('[W9] HTTP/%s with the headers %j is accepted: %s', (httpVersion, rawHeaders, isAccepted) => {
  const check = () => assertHost({ httpVersion, rawHeaders });
  if (isAccepted) expect(check).not.toThrow();
  else expect(check).toThrow('bad_request');
});
