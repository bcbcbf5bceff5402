/** The pages of those who work at the helpdesk; they go from one to the next, so that they come together. */
export * as people from './people.tsx';
export * as person from './person.tsx';
export * as approvals from './approvals.tsx';
export * as audit from './audit.tsx';
