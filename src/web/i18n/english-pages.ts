/** Whether a path is of the helpdesk's pages, which are English for everybody. */
export const isHelpdeskPath = (pathname: string): boolean => pathname.startsWith('/helpdesk');
