import { StringDecoder } from 'node:string_decoder';

/**
 * Only a line feed ends a line. Node's own reader also ends lines at U+2028 and U+2029, which JSON texts may contain.
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
