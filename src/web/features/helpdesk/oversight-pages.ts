/** The pages about requests and about what other staff do: they load apart from the search. */
export * as approvals from './approvals/approvals-page.tsx';
export * as audit from './audit-log/audit-log-page.tsx';
