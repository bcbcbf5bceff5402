import type { EndpointName } from '#contract/endpoints.ts';
import { activationRows } from './factors/enrollment/activation-handlers.ts';
import { changeRows } from './factors/change-handlers.ts';
import { enrollRows } from './factors/enrollment/enroll-handlers.ts';
import { placeRows } from './factors/place-handlers.ts';
import { newPhoneRows } from './factors/new-phone/new-phone-handlers.ts';
import { replaceRows } from './factors/new-phone/replace-handlers.ts';
import { readRows } from './factors/read-handlers.ts';
import { verifyRows } from './factors/verification/verify-handlers.ts';
import type { HelpdeskRows } from './helpdesk/access/authorize-operation.ts';
import { approvalRows } from './helpdesk/approval-handlers.ts';
import { callerVerificationRows } from './helpdesk/caller-verification/caller-verification-handlers.ts';
import { ownCallerVerificationRows } from './helpdesk/caller-verification/own-caller-verification-handlers.ts';
import { noteRows } from './helpdesk/notes/note-handlers.ts';
import { traceRows } from './helpdesk/trace-handlers.ts';
import { freezeRows } from './helpdesk/freezes/freeze-handlers.ts';
import { peopleRows } from './helpdesk/search/people-handlers.ts';
import { resetRows } from './helpdesk/resets/reset-handlers.ts';
import { auditLogRows } from './helpdesk/audit-log/audit-log-handlers.ts';
import type { Services } from './services.ts';
import { sessionRows } from './sessions/handlers/session-handlers.ts';

/**
 * Every endpoint's guards and handler. An endpoint of the contract without a row does not compile; a route without one
 * does not start.
 */
export const endpointRows: HelpdeskRows<EndpointName, Services> = {
  ...readRows,
  ...enrollRows,
  ...activationRows,
  ...changeRows,
  ...placeRows,
  ...newPhoneRows,
  ...replaceRows,
  ...verifyRows,
  ...sessionRows,
  ...peopleRows,
  ...callerVerificationRows,
  ...ownCallerVerificationRows,
  ...resetRows,
  ...approvalRows,
  ...traceRows,
  ...noteRows,
  ...freezeRows,
  ...auditLogRows,
};
