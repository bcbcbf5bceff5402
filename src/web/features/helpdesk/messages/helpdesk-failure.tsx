import type { ReactElement } from 'react';
import { Failure } from '../../../components/failure/failure.tsx';
import { refusalMessage } from './refusal-messages.ts';

/** Shows an error to staff beside the button whose action failed. */
export const HelpdeskFailure = ({ error }: { error: unknown }): ReactElement => (
  <Failure error={error} messageId={refusalMessage(error)} />
);
