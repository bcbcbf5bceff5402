import type { ReactElement } from 'react';
import type { Activation } from '#contract/endpoints.ts';
import { inBackground } from '../../../../api/client/background.ts';
import { isFresh, now } from '../../../../api/client/clock.ts';
import { request } from '../../../../api/client/request.ts';
import { useTranslate, type MessageId } from '../../../../i18n/translate.tsx';
import { diagnose } from './clock-doctor.ts';
import css from './clock-advice.module.css';

const systems: readonly (readonly [name: string, how: MessageId])[] = [
  ['iPhone', 'clock.iphone'],
  ['Android', 'clock.android'],
  ['Windows', 'clock.windows'],
];

/**
 * Says by how much the phone's clock is wrong, and how to mend it.
 * @param seconds the phone's time minus the right one
 */
function ClockAdvice({ seconds, onSend }: { seconds: number; onSend: () => void }): ReactElement {
  const t = useTranslate();
  const off = Math.abs(seconds);
  const values = { minutes: Math.floor(off / 60), seconds: off % 60 };
  return (
    <div className={`note caution ${css.advice}`}>
      <p className="note-head">{t(seconds > 0 ? 'clock.ahead' : 'clock.behind', values)}</p>
      <p>{t('clock.mend')}</p>
      <dl>
        {systems.map(([name, how]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{t(how)}</dd>
          </div>
        ))}
      </dl>
      <p>{t('clock.then')}</p>
      <button className="button" type="submit" onClick={onSend}>
        {t('clock.send')}
      </button>
    </div>
  );
}

/** How old the server's time may be before a code is held back, in milliseconds. */
const recently = 10_000;

/**
 * Says why a code should not be sent, or returns null. Nothing about the secret leaves the page.
 * @param earlier the secrets that this page showed before
 * @param onSend called when the person wants to send the code nevertheless, before the form is sent again
 */
export async function examine(
  typed: string,
  { sharedSecret, uri }: Extract<Activation, { how: 'secret' }>,
  earlier: readonly string[],
  onSend: () => void,
): Promise<{ problem: MessageId; advice?: ReactElement } | null> {
  const period = Number(/[?&]period=(\d+)/.exec(uri)?.[1] ?? 30);
  const code = typed.normalize('NFKC').replaceAll(/\D/g, '');
  const asked = () => diagnose(code, { secret: sharedSecret, earlier, period, now: now() });
  let found = await asked();
  // The page's clock may be off itself: what a phone is told about its own needs the server's present time.
  if (found.is === 'off' && !isFresh(recently)) {
    await inBackground(() => request('getSession', { params: {} })).catch(() => undefined);
    found = isFresh(recently) ? await asked() : { is: 'sendable' };
  }
  if (found.is === 'earlier') return { problem: 'clock.earlier' };
  if (found.is === 'sendable') return null;
  return { problem: 'clock.not_sent', advice: <ClockAdvice seconds={found.seconds} onSend={onSend} /> };
}
