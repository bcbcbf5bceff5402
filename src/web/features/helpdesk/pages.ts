/** The helpdesk's pages. One module, because staff go from one page to another. */
export * as people from './search/people-page.tsx';
export * as person from './person/person-page.tsx';
export * as approvals from './approvals/approvals-page.tsx';
export * as audit from './audit-log/audit-log-page.tsx';
