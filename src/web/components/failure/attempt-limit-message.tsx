import type { ReactElement } from 'react';
import { useLocation } from 'react-router';
import { now } from '../../api/client/clock.ts';
import { useFormats } from '../../i18n/format.ts';
import { Trans, useTranslate } from '../../i18n/translate.tsx';
import { useAnnounce } from '../ui/announcer.tsx';
import { withReturnTo, type AttemptLimit } from './attempt-limit.ts';
import { Countdown } from '../ui/countdown.tsx';
import { useHydrated } from '../ui/hydrated.ts';

/** In ms. For a longer wait the message shows the time instead of a countdown. */
const countedMs = 60 * 60_000;

export function AttemptLimitMessage({
  attemptLimit,
  onEnd,
}: {
  attemptLimit: AttemptLimit;
  onEnd?: (() => void) | undefined;
}): ReactElement {
  const t = useTranslate();
  const formats = useFormats();
  const announce = useAnnounce();
  const hydrated = useHydrated();
  const { closed = 'kind', retryAt } = attemptLimit;
  if (retryAt === undefined) return <>{t(`verification.code.blocked_${closed}`)}</>;
  if (Date.parse(retryAt) - now() > countedMs)
    return (
      <>{t('verification.code.blocked_until', { at: (hydrated ? formats.local : formats.utc).dateTime(retryAt) })}</>
    );
  const end = (): void => {
    onEnd?.();
    announce(t('verification.code.unblocked'));
  };
  return <Trans id="verification.code.blocked" values={{ left: <Countdown until={retryAt} onEnd={end} /> }} />;
}

/** Null unless a sign-in ends the block. */
export function SignInAgain({
  attemptLimit,
  variant = 'button primary',
}: {
  attemptLimit: AttemptLimit;
  variant?: string;
}): ReactElement | null {
  const t = useTranslate();
  const { pathname, search } = useLocation();
  if (attemptLimit.signIn === undefined) return null;
  return (
    <a className={variant} href={withReturnTo(attemptLimit.signIn, pathname + search)}>
      {t('verification.code.sign_in')}
    </a>
  );
}
