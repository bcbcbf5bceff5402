import * as z from 'zod/mini';
import { ApiError } from '#contract/errors.ts';
import type { EndpointName } from '#contract/endpoints.ts';
import * as desk from '#contract/helpdesk-schemas.ts';
import * as schemas from '#contract/schemas.ts';

const nothing = z.strictObject({});

/**
 * What each endpoint takes. An endpoint that is not named takes nothing: no parameter, no query, and a body only if it
 * is empty or `{}`.
 */
const takes: Partial<Record<EndpointName, { params?: z.ZodMiniType; query?: z.ZodMiniType; body?: z.ZodMiniType }>> = {
  getFactor: { params: schemas.factorParams },
  enrollFactor: { body: schemas.enrollBody },
  activateFactor: { params: schemas.factorParams, body: schemas.activateBody },
  resendFactor: { params: schemas.factorParams },
  pollActivation: { params: schemas.factorParams },
  getActivationQr: { params: schemas.factorParams },
  sendActivationLink: { params: schemas.factorParams, body: schemas.linkBody },
  pollTransaction: { params: schemas.transactionParams },
  cancelTransaction: { params: schemas.transactionParams },
  nameFactor: { params: schemas.factorParams, body: schemas.nameBody },
  verifyFactor: { params: schemas.factorParams, body: schemas.verifyBody },
  deleteFactor: { params: schemas.factorParams },
  endSession: { params: schemas.sessionParams },
  searchPeople: { query: desk.searchQuery },
  getPerson: { params: desk.personParams },
  beginCallerProof: { params: desk.personParams, body: desk.callerProofBody },
  pollCallerProof: { params: desk.callerProofParams },
  answerCallerProof: { params: desk.callerProofParams, body: desk.callerAnswerBody },
  resetMethods: { params: desk.personParams, body: desk.resetBody },
  unfreeze: { params: desk.personParams, body: desk.unfreezeBody },
  decideApproval: { params: desk.approvalParams, body: desk.decisionBody },
  showWayBack: { params: desk.approvalParams },
  listAudit: { query: desk.auditQuery },
  exportAuditCsv: { query: desk.auditQuery },
  exportAuditJsonLines: { query: desk.auditQuery },
  answerDeskRequest: { params: desk.deskRequestParams, body: desk.deskAnswerBody },
};

function parse(schema: z.ZodMiniType, value: unknown): unknown {
  const result = z.safeParse(schema, value);
  if (!result.success)
    throw new ApiError('bad_request', 'That request is not one we know.', {}, { cause: result.error });
  return result.data;
}

/** Parses what came in, strictly. Throws `bad_request`. */
export function parseInput(
  name: EndpointName,
  raw: { params: unknown; query: unknown; body: unknown },
): { params: never; query: never; body: never } {
  const { params, query, body } = takes[name] ?? {};
  return {
    params: parse(params ?? nothing, { ...(raw.params as object) }) as never,
    query: (query
      ? parse(query, { ...(raw.query as object) })
      : void parse(nothing, { ...(raw.query as object) })) as never,
    body: parse(body ?? nothing, body ? raw.body : (raw.body ?? {})) as never,
  };
}
