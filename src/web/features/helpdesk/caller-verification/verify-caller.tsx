import { type ReactElement, type ReactNode, useEffect, useRef, useState } from 'react';
import type { CallerVerification, HelpdeskPerson } from '#contract/helpdesk.ts';
import type { Strength } from '#contract/kinds.ts';
import { Button } from '../../../components/ui/button.tsx';
import { useAnnounce } from '../../../components/ui/announcer.tsx';
import { Countdown } from '../../../components/ui/countdown.tsx';
import { Failure } from '../../../components/failure/failure.tsx';
import type { IconName } from '../../../components/ui/icon.tsx';
import { RowBody } from '../../../components/ui/row.tsx';
import { useMethodName } from '../../../components/factor/method-name.ts';
import { Trans, useTranslate, type MessageId } from '../../../i18n/translate.tsx';
import { CallBack } from './call-back.tsx';
import { chooseId } from '../reset/choose-methods.tsx';
import type { ResetDraft } from '../reset/reset-draft.ts';
import { verifiedByMessages } from '../messages/approval-messages.ts';
import { CallerCodeForm } from './caller-code-form.tsx';
import { type CallerVerificationState, isVerified } from './use-caller-verification.ts';
import shown from '../../../components/code/shown-code.module.css';
import css from './verify-caller.module.css';

type CallerVerificationOption = HelpdeskPerson['callerVerificationOptions'][number];
const typeMessages: Record<
  CallerVerificationOption['type'],
  { icon: IconName; strength: Strength; name: MessageId; about: MessageId; act: MessageId }
> = {
  push: {
    icon: 'bell',
    strength: 3,
    name: 'helpdesk-caller-verification.verify_push',
    about: 'helpdesk-caller-verification.verify_push_about',
    act: 'helpdesk-caller-verification.verify_push_start',
  },
  'own-session': {
    icon: 'screen',
    strength: 3,
    name: 'helpdesk-caller-verification.verify_own_session',
    about: 'helpdesk-caller-verification.verify_own_session_about',
    act: 'helpdesk-caller-verification.verify_own_session_start',
  },
  'call-back': {
    icon: 'call',
    strength: 2,
    name: 'helpdesk-caller-verification.verify_call_back',
    about: 'helpdesk-caller-verification.verify_call_back_about',
    act: 'helpdesk-caller-verification.verify_call_back_start',
  },
};

export const verifyId = 'verify';

/** Lists the options to verify the caller, the strongest first. Each one opens below its row. */
export function VerifyCaller({
  found: { callerVerificationOptions, person },
  caller,
  draft,
  onDraft,
}: {
  found: HelpdeskPerson;
  caller: CallerVerificationState;
  draft: ResetDraft;
  onDraft: (change: Partial<ResetDraft>) => void;
}): ReactElement {
  const t = useTranslate();
  const nameOf = useMethodName();
  const { verification } = caller;
  /** The option whose form is open. A call-back has one, because the agent confirms it. */
  const [open, setOpen] = useState<string>();
  const [unchosen, setUnchosen] = useState(false);
  const [, setOver] = useState(0);
  const keyOf = ({ type, factorId }: CallerVerificationOption): string => `${type} ${factorId ?? ''}`;
  const [begun, setBegun] = useState<string>();
  /** Whether the last caller verification used this option. */
  const isUsed = (option: CallerVerificationOption): boolean =>
    verification?.type === option.type && (begun === undefined || begun === keyOf(option));

  if (verification && isVerified(verification))
    return (
      <CallerVerified verification={verification} name={person.name} onEnd={() => setOver((count) => count + 1)} />
    );

  /** An option is in use. The others then get no primary button. */
  const busy = open !== undefined || verification?.status === 'waiting';
  const press = (option: CallerVerificationOption): void => {
    setOpen(undefined);
    setUnchosen(false);
    if (option.type === 'call-back') return setOpen(open === keyOf(option) ? undefined : keyOf(option));
    if (option.type === 'own-session' && draft.selected.length === 0) return setUnchosen(true);
    setBegun(keyOf(option));
    onDraft({ unverified: false });
    if (option.type === 'push' && option.factorId) caller.begin({ type: 'push', factorId: option.factorId });
    if (option.type === 'own-session')
      caller.begin({ type: 'own-session', factorIds: draft.selected === 'all' ? 'all' : [...draft.selected] });
    return undefined;
  };
  /** Returns what appears below an option's row. */
  const moreOf = (option: CallerVerificationOption): ReactNode => {
    const { refused } = caller;
    if (option.type === 'call-back' && open === keyOf(option) && option.factorId)
      return <CallBack factorId={option.factorId} number={option.detail} name={person.name} caller={caller} />;
    if (refused && begun === keyOf(option) && refused.body.type === option.type)
      return <Failure error={refused.error} />;
    if (option.type === 'own-session' && unchosen)
      return (
        <p className="error" role="alert">
          {t('helpdesk-caller-verification.choose_first')}{' '}
          <a href={`#${chooseId}`}>{t('helpdesk-caller-verification.choose_go')}</a>
        </p>
      );
    if (!verification || !isUsed(option)) return false;
    return <VerificationStatus key={verification.id} verification={verification} caller={caller} name={person.name} />;
  };
  return (
    <div className={css.verify} id={verifyId} tabIndex={-1}>
      {callerVerificationOptions.length > 0 && (
        <ul className="rows">
          {callerVerificationOptions.map((option, index) => {
            const wayUi = typeMessages[option.type];
            const name = t(wayUi.name, { name: option.method ? nameOf(option.method) : '' });
            const more = moreOf(option);
            const waiting = verification?.status === 'waiting' && isUsed(option);
            const asking = caller.asking !== undefined && begun === keyOf(option);
            return (
              <li key={keyOf(option)}>
                <div className="row">
                  <RowBody
                    icon={wayUi.icon}
                    name={name}
                    strength={wayUi.strength}
                    end={
                      <Button
                        variant={index === 0 && !busy && !draft.unverified ? 'button primary' : 'button'}
                        busy={asking}
                        expanded={option.type === 'call-back' ? open === keyOf(option) : undefined}
                        onClick={() => press(option)}
                      >
                        {t(waiting ? 'helpdesk-caller-verification.verify_again' : wayUi.act)}
                        <span className="visually-hidden"> {name}</span>
                      </Button>
                    }
                  >
                    {option.detail ? `${option.detail} · ` : ''}
                    {t(wayUi.about)}
                    {option.needsApproval && <> {t('helpdesk-caller-verification.needs_approver')}</>}
                  </RowBody>
                </div>
                {more && <div className="row-more">{more}</div>}
              </li>
            );
          })}
        </ul>
      )}
      {callerVerificationOptions.length === 0 && (
        <p className="note caution">{t('helpdesk-caller-verification.verify_none')}</p>
      )}
      <label className={css.checkbox} htmlFor="unverified">
        <input
          id="unverified"
          type="checkbox"
          checked={draft.unverified}
          onChange={(event) => onDraft({ unverified: event.target.checked })}
        />
        <span className="strong">
          {t(
            callerVerificationOptions.length > 0
              ? 'helpdesk-caller-verification.unverified'
              : 'helpdesk-caller-verification.unverified_only',
          )}
          <span className="fine">{t('helpdesk-caller-verification.unverified_about')}</span>
        </span>
      </label>
      <Failure error={caller.trouble} />
    </div>
  );
}

/** Says that the caller is verified. It is announced and can take the focus, because the form before it is gone. */
function CallerVerified({
  verification,
  name,
  onEnd,
}: {
  verification: CallerVerification;
  name: string;
  onEnd: () => void;
}): ReactElement {
  const t = useTranslate();
  const announce = useAnnounce();
  useEffect(() => announce(t('helpdesk-caller-verification.verified', { name })), [announce, t, name]);
  return (
    <div className="note good" id={verifyId} tabIndex={-1}>
      <p className="note-head">{t('helpdesk-caller-verification.verified', { name })}</p>
      <p>
        {t(verifiedByMessages[verification.type])}{' '}
        <Trans
          id="helpdesk-caller-verification.verified_lasts"
          values={{ left: <Countdown until={verification.expiresAt} onEnd={onEnd} /> }}
        />
        {verification.needsApproval && <> {t('helpdesk-caller-verification.needs_approver')}</>}
      </p>
    </div>
  );
}

/** The status of a caller verification: what the agent says or asks now, or why it failed. */
function VerificationStatus({
  verification,
  caller,
  name,
}: {
  verification: CallerVerification;
  caller: CallerVerificationState;
  name: string;
}): ReactElement | null {
  const t = useTranslate();
  const announce = useAnnounce();
  const place = useRef<HTMLDivElement>(null);
  const { status, type, number } = verification;
  const ended: MessageId | undefined =
    status === 'denied'
      ? type === 'push'
        ? 'helpdesk-caller-verification.push_denied'
        : 'helpdesk-caller-verification.own_denied'
      : status === 'used'
        ? 'helpdesk-caller-verification.verification_used'
        : status === 'withdrawn'
          ? 'helpdesk-caller-verification.verification_withdrawn'
          : status === 'expired' || status === 'verified'
            ? 'helpdesk-caller-verification.verification_expired'
            : undefined;
  const said = ended
    ? t(ended, { name })
    : number === null
      ? undefined
      : t('helpdesk-caller-verification.read_number', { number });
  useEffect(() => {
    if (said) announce(said);
  }, [said, announce]);
  useEffect(() => {
    if (ended) place.current?.focus();
  }, [ended]);
  if (ended)
    return (
      <div className="note caution" ref={place} tabIndex={-1}>
        <p>{t(ended, { name })}</p>
      </div>
    );
  const left = <Countdown until={verification.expiresAt} />;
  if (type === 'push')
    return (
      <div className="stack" role="group" aria-label={t('helpdesk-caller-verification.verify_push', { name: '' })}>
        {number === null ? (
          <p className="strong">{t('helpdesk-caller-verification.push_approve')}</p>
        ) : (
          <div>
            <p className="strong">{t('helpdesk-caller-verification.push_read_out')}</p>
            <p className={shown.number} translate="no">
              {number}
            </p>
          </div>
        )}
        <p className="fine">
          <Trans id="helpdesk-caller-verification.push_waiting" values={{ left }} />
        </p>
      </div>
    );
  return <CallerCodeForm verification={verification} caller={caller} name={name} />;
}
