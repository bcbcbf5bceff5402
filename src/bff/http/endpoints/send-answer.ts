import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import type { Endpoint } from '#contract/endpoint.ts';

/** Headers of answers that are not JSON: a browser that opens the address must not run the file as a page. */
const apart = { 'content-security-policy': "default-src 'none'; sandbox" };

/** The most characters of the filter in a file's name. */
const MOST = 80;

/** Returns the name of an answer's file. If the endpoint has filters, the name has the filter and the time (UTC). */
function createFileName(
  { file, query: schema }: Extract<Endpoint, { file: string }>,
  query: unknown,
  now: number,
): string {
  if (!schema) return file;
  const filter = Object.entries(query as Record<string, string>)
    .map(([name, value]) => `-${name}-${value}`)
    .join('')
    .replaceAll(/[^A-Za-z0-9.@_-]+/g, '-')
    .slice(0, MOST);
  const time = new Date(now).toISOString().replace(/\.\d+/, '').replaceAll(/[-:]/g, '');
  return file.replace(/(?=\.\w+$)/, `${filter || '-all'}-${time}`);
}

/** Sends a handler's answer with the status and body type of the endpoint's definition. */
export function sendAnswer(
  reply: FastifyReply,
  endpoint: Endpoint,
  answer: unknown,
  { query, now }: { query: unknown; now: number },
): FastifyReply {
  void reply.code(endpoint.status);
  if (endpoint.answer === 'json') return reply.send(answer);
  if (endpoint.answer === 'none') return reply.send();
  const isPicture = endpoint.answer === 'image';
  return reply
    .headers({
      ...apart,
      'content-disposition': `${isPicture ? 'inline' : 'attachment'}; filename="${createFileName(endpoint, query, now)}"`,
    })
    .type(endpoint.type)
    .send(isPicture ? answer : Readable.from(answer as AsyncIterable<string>));
}
