/** These pages load separately from the search. */
export * as approvals from './approvals/approvals-page.tsx';
export * as audit from './audit-log/audit-log-page.tsx';
