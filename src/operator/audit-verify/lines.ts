import { StringDecoder } from 'node:string_decoder';

/**
 * Yields the lines of a UTF-8 stream, which end with a line feed. Node's own reader would also end lines at U+2028 and
 * U+2029, which JSON does not escape.
 */
export async function* linesIn(chunks: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new StringDecoder('utf8');
  let rest: string[] = [];
  for await (const chunk of chunks) {
    const [first = '', ...more] = decoder.write(chunk).split('\n');
    rest.push(first);
    for (const next of more) {
      yield rest.join('');
      rest = [next];
    }
  }
  const last = rest.join('') + decoder.end();
  if (last !== '') yield last;
}
