/** The helpdesk's pages are always in English. */
export const isHelpdeskPath = (pathname: string): boolean => pathname.startsWith('/helpdesk');
