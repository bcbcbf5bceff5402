/** Returns the subject of the audit row: the person in the path. */
export const personInPath = ({ params }: { params: { userId: string } }): string => params.userId;
