/** Whether a path belongs to the helpdesk's pages, which are always in English. */
export const isHelpdeskPath = (pathname: string): boolean => pathname.startsWith('/helpdesk');
