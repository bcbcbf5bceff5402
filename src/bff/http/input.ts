import * as z from 'zod/mini';
import { ApiError } from '#contract/errors.ts';
import type { EndpointName } from '#contract/endpoints.ts';
import * as helpdeskSchemas from '#contract/helpdesk-schemas.ts';
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
  searchPeople: { query: helpdeskSchemas.searchQuery },
  getPerson: { params: helpdeskSchemas.personParams },
  startCallerVerification: { params: helpdeskSchemas.personParams, body: helpdeskSchemas.callerVerificationBody },
  pollCallerVerification: { params: helpdeskSchemas.callerVerificationParams },
  checkCallerCode: { params: helpdeskSchemas.callerVerificationParams, body: helpdeskSchemas.callerCodeBody },
  resetMethods: { params: helpdeskSchemas.personParams, body: helpdeskSchemas.resetBody },
  unfreeze: { params: helpdeskSchemas.personParams, body: helpdeskSchemas.unfreezeBody },
  decideApproval: { params: helpdeskSchemas.approvalParams, body: helpdeskSchemas.decisionBody },
  revealRecoveryCode: { params: helpdeskSchemas.approvalParams },
  listAuditLog: { query: helpdeskSchemas.auditQuery },
  exportAuditLogCsv: { query: helpdeskSchemas.auditQuery },
  exportAuditLogJsonLines: { query: helpdeskSchemas.auditQuery },
  answerCallerVerification: {
    params: helpdeskSchemas.ownCallerVerificationParams,
    body: helpdeskSchemas.callerVerificationAnswerBody,
  },
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
