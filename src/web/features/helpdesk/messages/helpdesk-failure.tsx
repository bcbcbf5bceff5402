import type { ReactElement } from 'react';
import { Failure } from '../../../components/failure/failure.tsx';
import type { MessageId } from '../../../i18n/translate.tsx';
import { refusalMessage } from './refusal-messages.ts';
import { useOtherApprover } from '../../../api/helpdesk-queries.ts';

/** `orgMessage`: instead of the text that Okta failed. */
export function HelpdeskFailure({ error, orgMessage }: { error: unknown; orgMessage?: MessageId }): ReactElement {
  const other = useOtherApprover();
  const message = refusalMessage(error);
  const ofOrg = message?.startsWith('helpdesk.failed.org_') ? orgMessage : undefined;
  return <Failure error={error} messageId={ofOrg ?? message} values={other} />;
}
