export const personInPath = ({ params }: { params: { userId: string } }): string => params.userId;
