import type { ReactElement } from 'react';
import { Failure } from '../../../components/failure/failure.tsx';
import type { MessageId } from '../../../i18n/translate.tsx';
import { isOrgFailure, refusalMessage } from './refusal-messages.ts';
import { useOtherApprover } from '../../../api/helpdesk-queries.ts';

/** `orgMessage`: instead of the text that Okta failed. */
export function HelpdeskFailure({ error, orgMessage }: { error: unknown; orgMessage?: MessageId }): ReactElement {
  const other = useOtherApprover();
  const message = (isOrgFailure(error) && orgMessage) || refusalMessage(error);
  return <Failure error={error} messageId={message} values={other} />;
}
