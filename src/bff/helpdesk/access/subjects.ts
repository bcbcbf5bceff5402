import type { Services } from '../../context.ts';

/** Whom a row is about: the person that the path names. */
export const personInPath = ({ params }: { params: { userId: string } }): string => params.userId;

/** Whom a row is about: the person of the approval that the path names, or null when there is none. */
export const personOfApproval = async (
  { params }: { params: { id: string } },
  { helpdeskServices }: Pick<Services, 'helpdeskServices'>,
): Promise<string | null> => (await helpdeskServices.approvals.find(params.id))?.user_id ?? null;
