import { type ReactElement, type ReactNode, useState } from 'react';
import { ApiError } from '#contract/errors.ts';
import { now } from '../../../api/client/clock.ts';
import { Countdown } from '../../../components/ui/countdown.tsx';
import { Trans } from '../../../i18n/translate.tsx';

/** When the next message may be asked for, if `error` says that it is too soon. ISO 8601. */
export const tooSoonUntil = (error: unknown): string | undefined =>
  error instanceof ApiError && error.code === 'sent_too_soon' ? error.details.retryAt : undefined;

type Waiting = {
  /** ISO 8601; without it there is nothing to wait for. */
  at: string | undefined;
  /** The kind that sends, for the words alone. */
  channel: string;
  /** True where the last one may be somebody else's: of another page, or to another number. */
  another?: boolean;
  /** What sends, when the wait is over. */
  children: ReactNode;
};

/** The wait before another may be sent, and then what sends it, in the same place. A rule about time is no failure. */
export const AfterWait = (props: Waiting): ReactElement => <Wait key={props.at} {...props} />;

function Wait({ at, channel, another = false, children }: Waiting): ReactElement {
  const [open, setOpen] = useState(() => at === undefined || Date.parse(at) <= now());
  if (open) return <>{children}</>;
  return (
    <p className="resend-wait">
      <Trans
        id={another ? 'sent-code.soon' : 'sent-code.wait'}
        values={{ channel, left: <Countdown until={at ?? ''} onEnd={() => setOpen(true)} /> }}
      />
    </p>
  );
}
