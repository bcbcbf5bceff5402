import { type ReactElement, type ReactNode, useState } from 'react';
import { ApiError } from '#contract/errors.ts';
import { now } from '../../../api/client/clock.ts';
import { Countdown } from '../../../components/ui/countdown.tsx';
import { Trans } from '../../../i18n/translate.tsx';
import css from './sent-code.module.css';

/** When sending is possible again (ISO 8601). Undefined for errors other than `sent_too_soon`. */
export const tooSoonUntil = (error: unknown): string | undefined =>
  error instanceof ApiError && error.code === 'sent_too_soon' ? error.details.retryAt : undefined;

type AfterWaitProps = {
  /** When sending is possible again (ISO 8601). Undefined: now. */
  at: string | undefined;
  /** The kind of method. It only selects the text. */
  channel: string;
  /** Another page may have sent the last message, or that message may have gone to another number. */
  another?: boolean;
  children: ReactNode;
};

/** The `key` restarts the wait. */
export const AfterWait = (props: AfterWaitProps): ReactElement => <Wait key={props.at} {...props} />;

function Wait({ at, channel, another = false, children }: AfterWaitProps): ReactElement {
  const [open, setOpen] = useState(() => at === undefined || Date.parse(at) <= now());
  if (open) return <>{children}</>;
  return (
    <p className={css.wait}>
      <Trans
        id={another ? 'sent-code.soon' : 'sent-code.wait'}
        values={{ channel, left: <Countdown until={at ?? ''} onEnd={() => setOpen(true)} /> }}
      />
    </p>
  );
}
