/** The pages of those who work at the helpdesk; they go from one to the next, so that they come together. */
export * as people from './search/people-page.tsx';
export * as person from './person/person-page.tsx';
export * as approvals from './approvals/approvals-page.tsx';
export * as audit from './audit-log/audit-log-page.tsx';
