import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import type { Endpoint } from '#contract/endpoint.ts';

/** For answers that are not JSON: a browser that opens the address must not run them as a page. */
const apart = { 'content-security-policy': "default-src 'none'; sandbox" };

/** Sends a handler's answer with the status and body type of the endpoint's definition. */
export function sendAnswer(reply: FastifyReply, endpoint: Endpoint, answer: unknown): FastifyReply {
  void reply.code(endpoint.status);
  if (endpoint.answer === 'json') return reply.send(answer);
  if (endpoint.answer === 'none') return reply.send();
  const isPicture = endpoint.answer === 'image';
  return reply
    .headers({ ...apart, 'content-disposition': `${isPicture ? 'inline' : 'attachment'}; filename="${endpoint.file}"` })
    .type(endpoint.type)
    .send(isPicture ? answer : Readable.from(answer as AsyncIterable<string>));
}
