import type { ReactElement } from 'react';
import { Failure } from '../../../components/failure/failure.tsx';
import { refusalMessage } from './refusal-messages.ts';
import { useOtherApprover } from '../../../api/helpdesk-queries.ts';

export function HelpdeskFailure({ error }: { error: unknown }): ReactElement {
  const other = useOtherApprover();
  return <Failure error={error} messageId={refusalMessage(error)} values={other} />;
}
