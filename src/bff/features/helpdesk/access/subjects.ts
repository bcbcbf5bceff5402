/** Returns the audit row's subject: the person in the path. */
export const personInPath = ({ params }: { params: { userId: string } }): string => params.userId;
