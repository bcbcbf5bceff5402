import { type ReactElement, useState } from 'react';
import type { Sent } from '#contract/endpoints.ts';
import { ApiError } from '#contract/errors.ts';
import { request } from '../../../../api/client/request.ts';
import { useSingleMutation } from '../../../../api/use-single-mutation.ts';
import { Button } from '../../../../components/ui/button.tsx';
import { useAnnounce } from '../../../../components/ui/announcer.tsx';
import { Countdown } from '../../../../components/ui/countdown.tsx';
import { Failure } from '../../../../components/failure/failure.tsx';
import { useLazyComponent } from '../../../../components/use-lazy-component.ts';
import { Trans, useTranslate } from '../../../../i18n/translate.tsx';
import css from './okta-verify.module.css';

const loadByText = () => import('./link-by-text.tsx');

type Link = { channel: 'email' } | { channel: 'sms'; to: string };

const isCode = (error: unknown, code: ApiError['code']): error is ApiError =>
  error instanceof ApiError && error.code === code;

/** For people who cannot scan, or who use this page on the phone itself. */
export function SendLink({
  factorId,
  channels,
  onRefused,
}: {
  factorId: string;
  channels: readonly ('sms' | 'email')[];
  onRefused: (error: unknown) => boolean;
}): ReactElement | null {
  const t = useTranslate();
  const announce = useAnnounce();
  const [sent, setSent] = useState<Sent>();
  const [closedUntil, setClosedUntil] = useState<string>();
  const [asksNumber, setAsksNumber] = useState(false);
  const byText = useLazyComponent(asksNumber ? loadByText : undefined);
  const ByText = asksNumber ? byText.Component : undefined;
  const sentMessages = ({ to }: Sent): string =>
    to === null ? t('okta-verify.link_sent') : t('okta-verify.link_sent_to', { to });

  const sending = useSingleMutation({
    mutationFn: (body: Link) => request('sendActivationLink', { params: { factorId }, body }),
    onSuccess: (answer) => {
      setSent(answer);
      setClosedUntil(answer.resendAt);
      setAsksNumber(false);
      announce(sentMessages(answer));
    },
    onError: (error) => {
      if (!onRefused(error) && isCode(error, 'sent_too_soon')) setClosedUntil(error.details.retryAt);
    },
    meta: { changes: false },
  });

  if (channels.length === 0) return null;
  const { error, isPending } = sending;
  const badNumber = isCode(error, 'bad_phone') || isCode(error, 'bad_request');
  return (
    <div className={`stack ${css.link}`}>
      <p className="fine">{t('okta-verify.cant_scan')}</p>
      {sent && <p className="strong">{sentMessages(sent)}</p>}
      {closedUntil ? (
        <p className="fine">
          <Trans
            id="okta-verify.link_again"
            values={{ left: <Countdown until={closedUntil} onEnd={() => setClosedUntil(undefined)} /> }}
          />
        </p>
      ) : (
        <div className="actions">
          {channels.includes('email') && (
            <Button busy={isPending} onClick={() => sending.mutate({ channel: 'email' })}>
              {t('okta-verify.link_email')}
            </Button>
          )}
          {channels.includes('sms') && (
            <Button
              busy={isPending}
              expanded={ByText !== undefined}
              onClick={() => (byText.error ? byText.retry() : setAsksNumber(!asksNumber))}
            >
              {t('okta-verify.link_sms')}
            </Button>
          )}
        </div>
      )}
      {ByText && !closedUntil && (
        <ByText
          busy={isPending}
          problem={badNumber ? t('error.bad_phone') : undefined}
          onNumber={(to) => sending.mutate({ channel: 'sms', to })}
        />
      )}
      {!badNumber && !isCode(error, 'sent_too_soon') && <Failure error={error ?? byText.error} />}
    </div>
  );
}
