import type { Services } from '../../context.ts';

/** Returns the audit row's subject: the person in the path. */
export const personInPath = ({ params }: { params: { userId: string } }): string => params.userId;

/** Returns the audit row's subject: the person of the approval in the path, or null when there is no such approval. */
export const personOfApproval = async (
  { params }: { params: { id: string } },
  { helpdeskServices }: Pick<Services, 'helpdeskServices'>,
): Promise<string | null> => (await helpdeskServices.approvals.find(params.id))?.user_id ?? null;
