import { expect, test } from 'vitest';
import { linesIn } from './lines.ts';

const read = async (chunks: Iterable<Buffer>) => {
  async function* stream() {
    yield* chunks;
  }
  const lines: string[] = [];
  for await (const line of linesIn(stream())) lines.push(line);
  return lines;
};

test('only a line feed ends a line, wherever the stream is cut', async () => {
  const lines = ['{"a":"one\u2028two\u2029three\u0085\r"}', '', 'é🦊', '{"last":1}'];
  const bytes = Buffer.from(lines.join('\n'));
  for (const size of [1, 2, 3, 7, bytes.length]) {
    const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, n) =>
      bytes.subarray(n * size, (n + 1) * size),
    );
    expect(await read(chunks), `${size} bytes`).toEqual(lines);
  }
  expect(await read([Buffer.from('one\ntwo\n')])).toEqual(['one', 'two']);
  expect(await read([])).toEqual([]);
});
