/** The pages about what other staff do: few need them, so they load apart from the search. */
export * as approvals from './approvals/approvals-page.tsx';
export * as audit from './audit-log/audit-log-page.tsx';
