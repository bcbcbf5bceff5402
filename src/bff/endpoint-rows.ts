import type { EndpointName } from '#contract/endpoints.ts';
import { activationRows } from './features/factors/enrollment/activation-handlers.ts';
import { changeRows } from './features/factors/change-handlers.ts';
import { enrollRows } from './features/factors/enrollment/enroll-handlers.ts';
import { newPhoneRows } from './features/factors/new-phone/new-phone-handlers.ts';
import { replaceRows } from './features/factors/new-phone/replace-handlers.ts';
import { readRows } from './features/factors/read-handlers.ts';
import { verifyRows } from './features/factors/verification/verify-handlers.ts';
import type { HelpdeskRows } from './features/helpdesk/access/authorize-operation.ts';
import { approvalRows } from './features/helpdesk/approvals/handlers/approval-handlers.ts';
import { callerVerificationRows } from './features/helpdesk/caller-verification/caller-verification-handlers.ts';
import { ownCallerVerificationRows } from './features/helpdesk/caller-verification/own-caller-verification-handlers.ts';
import { attackSignRows } from './features/helpdesk/attack-signs/attack-sign-handlers.ts';
import { cancelRows } from './features/helpdesk/freezes/cancel-handlers.ts';
import { freezeRows } from './features/helpdesk/freezes/freeze-handlers.ts';
import { watchRows } from './features/helpdesk/search/watch-handlers.ts';
import { peopleRows } from './features/helpdesk/search/people-handlers.ts';
import { planRows } from './features/helpdesk/resets/plan-handlers.ts';
import { resetRows } from './features/helpdesk/resets/reset-handlers.ts';
import { auditLogRows } from './features/helpdesk/audit-log/audit-log-handlers.ts';
import type { Services } from './services.ts';
import { sessionRows } from './features/sessions/session-handlers.ts';

/** A contract endpoint without a row fails to compile. */
export const endpointRows: HelpdeskRows<EndpointName, Services> = {
  ...readRows,
  ...enrollRows,
  ...activationRows,
  ...changeRows,
  ...newPhoneRows,
  ...replaceRows,
  ...verifyRows,
  ...sessionRows,
  ...peopleRows,
  ...watchRows,
  ...callerVerificationRows,
  ...ownCallerVerificationRows,
  ...planRows,
  ...resetRows,
  ...approvalRows,
  ...attackSignRows,
  ...freezeRows,
  ...cancelRows,
  ...auditLogRows,
};
