import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import type { Endpoint } from '#contract/endpoint.ts';

/** A browser that opens the address must not run the file as a page. */
const apart = { 'content-security-policy': "default-src 'none'; sandbox" };

/** The most characters of a filter in a file's name. A whole name may have 255 bytes. */
const MOST = 200;

function createFileName(
  { file, query: schema }: Extract<Endpoint, { file: string }>,
  query: unknown,
  now: number,
): string {
  if (!schema) return file;
  const parts = Object.entries(query as Record<string, string>).map(([name, value]) =>
    `-${name}-${value}`.replaceAll(/[^A-Za-z0-9.@_-]+/g, '-'),
  );
  const fitting = parts.reduce((all, part) => (all.length + part.length > MOST ? all : all + part), '');
  const filter = fitting.length < parts.join('').length ? `${fitting}-and-more` : fitting;
  const time = new Date(now).toISOString().replace(/\.\d+/, '').replaceAll(/[-:]/g, '');
  return file.replace(/(?=\.\w+$)/, `${filter || '-all'}-${time}`);
}

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
