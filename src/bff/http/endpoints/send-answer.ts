import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import type { Endpoint } from '#contract/endpoint.ts';

/** Of what is no JSON: it is never taken for a page should somebody open its address. */
const apart = { 'content-security-policy': "default-src 'none'; sandbox" };

/** Sends a handler's answer as the endpoint's definition says: its status, and its kind of body. */
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
