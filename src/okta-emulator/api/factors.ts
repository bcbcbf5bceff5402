import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { EmulatorContext } from '../context/context.ts';
import type { FactorCall } from '../factors/about.ts';
import { catalogFor } from '../factors/catalog.ts';
import { enrollFactor } from '../factors/enroll.ts';
import {
  cancelTransaction,
  changeFactor,
  pollActivation,
  qrImage,
  readTransaction,
  resendCode,
  sendLink,
} from '../factors/follow.ts';
import { getFactor, listedFactors } from '../factors/person-factors.ts';
import { presentFactor } from '../factors/present.ts';
import { activateFactor, verifyFactor } from '../factors/verify.ts';
import { questions } from '../factors/kind/questions.ts';
import { deleteFactor } from '../factors/remove.ts';
import { readCall, readFlag } from './request/call.ts';
import { getPerson } from './request/person.ts';

type OfFactor = { Params: { id: string; factorId: string } };
type OfTransaction = { Params: OfFactor['Params'] & { transactionId: string } };

export function factorRoutes(app: FastifyInstance, emulator: EmulatorContext): void {
  const person = (request: FastifyRequest) => getPerson(emulator, request);
  const readFactorCall = async (request: FastifyRequest): Promise<FactorCall> => ({
    person: await person(request),
    factorId: (request.params as OfFactor['Params']).factorId,
    call: readCall(request),
  });
  const one = '/users/:id/factors/:factorId';

  app.get('/users/:id/factors', async (request) => {
    const rows = await listedFactors(emulator, await person(request));
    return rows.map((row) => presentFactor(emulator, row));
  });
  app.post('/users/:id/factors', async (request) => enrollFactor(emulator, await person(request), readCall(request)));
  app.get('/users/:id/factors/catalog', async (request) => catalogFor(emulator, await person(request)));
  app.get('/users/:id/factors/questions', async (request) => {
    await person(request);
    return questions;
  });

  app.get<OfFactor>(one, async (request) =>
    presentFactor(emulator, await getFactor(emulator, emulator.db, await person(request), request.params.factorId)),
  );
  app.put(one, async (request) => changeFactor(emulator, await readFactorCall(request)));
  app.delete<OfFactor>(one, async (request, reply) => {
    const removal = { removeRecoveryEnrollment: readFlag(request, 'removeRecoveryEnrollment') };
    await deleteFactor(emulator, await person(request), request.params.factorId, removal);
    return reply.code(204).send();
  });

  const activate = `${one}/lifecycle/activate`;
  app.post(activate, async (request) => activateFactor(emulator, await readFactorCall(request)));
  app.post(`${activate}/poll`, async (request) => pollActivation(emulator, await readFactorCall(request)));
  app.post(`${activate}/sms`, async (request) => sendLink(emulator, await readFactorCall(request), 'sms'));
  app.post(`${activate}/email`, async (request) => sendLink(emulator, await readFactorCall(request), 'email'));
  app.post(`${one}/resend`, async (request) => resendCode(emulator, await readFactorCall(request)));
  app.post(`${one}/verify`, async (request, reply) => {
    const { status, body } = await verifyFactor(emulator, await readFactorCall(request));
    return reply.code(status).send(body);
  });

  app.get<OfTransaction>(`${one}/transactions/:transactionId`, async (request) =>
    readTransaction(emulator, await readFactorCall(request), request.params.transactionId),
  );
  app.delete<OfTransaction>(`${one}/transactions/:transactionId`, async (request, reply) => {
    await cancelTransaction(emulator, await readFactorCall(request), request.params.transactionId);
    return reply.code(204).send();
  });
  // A browser loads the image without credentials. The token in the path authorizes the request.
  app.get<OfFactor & { Params: { token: string } }>(
    `${one}/qr/:token`,
    { config: { open: true } },
    async (request, reply) =>
      reply
        .type('image/png')
        .send(await qrImage(emulator, await person(request), request.params.factorId, request.params.token)),
  );
}
