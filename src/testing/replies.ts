import * as z from 'zod/mini';
import { allEndpoints } from '#contract/all.ts';
import type { Endpoint } from '#contract/endpoint.ts';
import type { EndpointName } from '#contract/endpoints.ts';
import { errorStatus } from '#contract/errors.ts';
import * as helpdeskReplies from '#contract/helpdesk-replies.ts';
import * as schemas from '#contract/replies.ts';

/** The exact answer of each endpoint. A new endpoint without a row does not compile. */
const replies: Record<EndpointName, z.ZodMiniType> = {
  getHome: schemas.home,
  listFactors: schemas.factorList,
  listSupportedFactors: schemas.catalog,
  getFactor: schemas.factorDetail,
  listSecurityQuestions: schemas.questionList,
  enrollFactor: schemas.enrolled,
  activateFactor: schemas.activated,
  resendFactor: schemas.sent,
  pollActivation: schemas.activationPoll,
  // An image; its own tests check the bytes.
  getActivationQr: z.any(),
  sendActivationLink: schemas.sent,
  verifyFactor: schemas.verified,
  pollTransaction: schemas.transaction,
  cancelTransaction: z.undefined(),
  nameFactor: schemas.activated,
  deleteFactor: z.undefined(),
  getSession: schemas.sessionView,
  listSessions: schemas.sessionList,
  endSession: z.undefined(),
  endOtherSessions: z.undefined(),
  searchPeople: helpdeskReplies.peopleFound,
  getPerson: helpdeskReplies.helpdeskPerson,
  startCallerVerification: helpdeskReplies.callerVerification,
  pollCallerVerification: helpdeskReplies.callerVerification,
  checkCallerCode: helpdeskReplies.callerVerification,
  resetMethods: helpdeskReplies.resetAnswer,
  unfreeze: helpdeskReplies.resetAnswer,
  listApprovals: helpdeskReplies.approvalList,
  decideApproval: helpdeskReplies.approval,
  revealRecoveryCode: helpdeskReplies.recoveryCode,
  listAuditLog: helpdeskReplies.auditPage,
  // Lines of text; their own tests check them.
  exportAuditLogCsv: z.any(),
  exportAuditLogJsonLines: z.any(),
  listCallerVerifications: helpdeskReplies.callerVerificationList,
  answerCallerVerification: helpdeskReplies.callerVerificationAnswered,
  getSecurityHistory: helpdeskReplies.securityHistory,
  freezeMyself: z.undefined(),
};

const date = z.string().check(z.regex(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/));
const failure = z.strictObject({
  error: z.strictObject({
    code: z.enum(Object.keys(errorStatus) as [keyof typeof errorStatus]),
    message: z.string().check(z.maxLength(100)),
    requestId: z.string(),
    purpose: z.optional(z.string()),
    strength: z.optional(z.number()),
    options: z.optional(z.array(stepUpOption)),
    triesLeft: z.optional(z.number()),
    retryAt: z.optional(date),
    closed: z.optional(z.enum(['all', 'kind'])),
    signIn: z.optional(z.string().check(z.regex(/^\/auth\/step-up\?/))),
    factorId: z.optional(z.string()),
    rule: z.optional(z.string()),
  }),
});

/** Throws when an answer differs from its endpoint's schema. */
export function assertShape(name: EndpointName, status: number, body: unknown): void {
  const result = z.safeParse(status < 400 ? shapeOf(allEndpoints[name]) : failure, body);
  if (!result.success)
    throw new Error(
      `${name} answered ${status} with what is not in the contract: ${z.prettifyError(result.error)}\n${JSON.stringify(body)}`,
    );
}
