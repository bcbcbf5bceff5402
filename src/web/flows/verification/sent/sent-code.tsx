import { type ReactElement, type ReactNode, useEffect, useEffectEvent, useState } from 'react';
import type { Sent } from '#contract/endpoints.ts';
import { now } from '../../../api/client/clock.ts';
import { useSingleMutation } from '../../../api/use-single-mutation.ts';
import { Button } from '../../../components/ui/button.tsx';
import { useAttemptLimit } from '../../../components/failure/attempt-limit.ts';
import { useAnnounce } from '../../../components/ui/announcer.tsx';
import { CodeEntry, type CodeEntryProps } from '../../../components/code/code-entry.tsx';
import { Countdown } from '../../../components/ui/countdown.tsx';
import { SimulatorHint } from '../../../components/ui/simulator-hint.tsx';
import type { CodeFieldSpec } from '../../../components/code/code-field-spec.ts';
import { Failure } from '../../../components/failure/failure.tsx';
import { Trans, useTranslate } from '../../../i18n/translate.tsx';
import { AfterWait, tooSoonUntil } from './after-wait.tsx';
import css from './sent-code.module.css';

const sentCodeField: CodeFieldSpec = {
  label: 'verification.code.label',
  hint: 'sent-code.hint',
  empty: 'sent-code.empty',
  malformed: 'verification.code.not_a_code',
  wrong: 'sent-code.wrong',
  digits: 6,
  inputType: 'digits',
};

export function SentCode({
  channel,
  sent: first,
  perhaps = false,
  digits,
  resend,
  change,
  ...entry
}: Omit<CodeEntryProps, 'codeField' | 'kind'> & {
  /** The kind of method, for the text and for its block after wrong codes. */
  channel: string;
  sent: Sent;
  /** It is unknown whether the first code was sent. */
  perhaps?: boolean | undefined;
  digits: number;
  resend: () => Promise<Sent>;
  change?: ReactNode;
}): ReactElement {
  const [sent, setSent] = useState(first);
  // While only a sign-in at Okta ends the block, no code is accepted. So the page offers no new code.
  const { limit } = useAttemptLimit(channel);
  const t = useTranslate();
  const announce = useAnnounce();
  const getTextId = ({ to }: Sent) =>
    perhaps && sent === first ? 'sent-code.perhaps' : to === null ? 'sent-code.somewhere' : 'sent-code.to';
  const announceFirst = useEffectEvent(() => announce(t(getTextId(first), { channel, to: first.to ?? '' })));
  useEffect(() => announceFirst(), []);
  const sending = useSingleMutation({
    mutationFn: async () => setSent(await resend()),
    meta: { changes: false },
    onError: (error) => {
      if (entry.onRefused?.(error)) return;
      const resendAt = tooSoonUntil(error);
      // The page shows the wait instead of an error.
      if (resendAt) setSent((before) => ({ ...before, resendAt }));
    },
  });
  const announceAgain = useEffectEvent(() => announce(t('sent-code.on_its_way', { channel })));
  useEffect(() => {
    if (sending.isSuccess) return announceAgain();
  }, [sending.isSuccess]);
  return (
    <div className={css.sent}>
      <p>
        <Trans id={getTextId(sent)} values={{ channel, to: <strong className="as-is">{sent.to}</strong> }} /> {change}
      </p>
      {sent.expiresAt && <Lasts key={sent.expiresAt} until={sent.expiresAt} />}
      <CodeEntry {...entry} kind={channel} codeField={{ ...sentCodeField, digits }} />
      {limit?.signIn === undefined && (
        <div className={css.resend}>
          <AfterWait at={sent.resendAt} channel={channel}>
            <Button busy={sending.isPending} onClick={() => sending.mutate()}>
              {t('sent-code.again', { channel })}
            </Button>
          </AfterWait>
        </div>
      )}
      {sending.error && !tooSoonUntil(sending.error) && <Failure error={sending.error} />}
      <SimulatorHint />
    </div>
  );
}

function Lasts({ until }: { until: string }): ReactElement {
  const t = useTranslate();
  const announce = useAnnounce();
  const [isOver, setOver] = useState(() => Date.parse(until) <= now());
  if (isOver) return <p className="fine">{t('sent-code.expired')}</p>;
  return (
    <p className="fine">
      <Trans
        id="sent-code.lasts"
        values={{
          left: (
            <Countdown
              until={until}
              onEnd={() => {
                setOver(true);
                announce(t('sent-code.expired'));
              }}
            />
          ),
        }}
      />
    </p>
  );
}
