import { useQuery } from '@tanstack/react-query';
import { sessionQueries } from '../../../api/queries.ts';

/** Returns the value by which texts say "another approver" to an approver, and "an approver" to an agent. */
export function useOtherApprover(): { other: 'yes' | 'no' } {
  const { data } = useQuery(sessionQueries.current());
  return { other: data?.helpdesk === 'admin' ? 'yes' : 'no' };
}
