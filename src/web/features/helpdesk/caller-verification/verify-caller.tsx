import { type ComponentProps, type ReactElement, type ReactNode, useState } from 'react';
import { useOtherApprover } from '../../../api/helpdesk-queries.ts';
import type { CallerVerification, HelpdeskPerson } from '#contract/helpdesk.ts';
import type { Strength } from '#contract/kinds.ts';
import { Button } from '../../../components/ui/button.tsx';
import { HelpdeskFailure } from '../messages/helpdesk-failure.tsx';
import type { IconName } from '../../../components/ui/icon.tsx';
import { RowBody } from '../../../components/ui/row.tsx';
import { useMethodName } from '../../../components/factor/method-name.ts';
import { useTranslate, type MessageId } from '../../../i18n/translate.tsx';
import { Later, type Load } from '../layout/later.tsx';
import type CallBack from './call-back.tsx';
import { doubtOf, isElsewhere } from './doubt.ts';
import { NoteField } from '../reset/reason-form.tsx';
import type { ResetDraft } from '../reset/reset-draft.ts';
import { places } from '../reset/reset-view.ts';
import { type CallerVerificationState, choiceOf, covers, isVerified } from './use-caller-verification.ts';
import { useSentence } from './use-sentence.ts';
import { CallerVerified } from './caller-verified.tsx';
import type VerificationStatus from './verification-status.tsx';
import css from './verify-caller.module.css';

type CallerVerificationOption = HelpdeskPerson['callerVerificationOptions'][number];
const typeMessages: Record<
  CallerVerificationOption['type'],
  { icon: IconName; strength: Strength; name: MessageId; about: MessageId; action: MessageId }
> = {
  push: {
    icon: 'bell',
    strength: 3,
    name: 'helpdesk-caller-verification.verify_push',
    about: 'helpdesk-caller-verification.verify_push_about',
    action: 'helpdesk-caller-verification.verify_push_start',
  },
  'own-session': {
    icon: 'screen',
    strength: 3,
    name: 'helpdesk-caller-verification.verify_own_session',
    about: 'helpdesk-caller-verification.verify_own_session_about',
    action: 'helpdesk-caller-verification.verify_own_session_start',
  },
  'call-back': {
    icon: 'call',
    strength: 2,
    name: 'helpdesk-caller-verification.verify_call_back',
    about: 'helpdesk-caller-verification.verify_call_back_about',
    action: 'helpdesk-caller-verification.verify_call_back_start',
  },
};

const callBack: Load<ComponentProps<typeof CallBack>> = () => import('./call-back.tsx');

const status: Load<ComponentProps<typeof VerificationStatus>> = () => import('./verification-status.tsx');

/** Lists the options to verify the caller, the strongest first. Each one opens below its row. */
export function VerifyCaller({
  found,
  caller,
  draft,
  verified,
  onDraft,
}: {
  found: HelpdeskPerson;
  caller: CallerVerificationState;
  draft: ResetDraft;
  /** Whether the caller is verified for what is chosen. */
  verified: boolean;
  onDraft: (change: Partial<ResetDraft>) => void;
}): ReactElement {
  const t = useTranslate();
  const other = useOtherApprover();
  const nameOf = useMethodName();
  const sentence = useSentence(found);
  const { callerVerificationOptions, person } = found;
  const { verification } = caller;
  const choice = choiceOf(draft);
  /** The option whose form is open. A call-back has one, because the agent confirms it. */
  const [open, setOpen] = useState<string>();
  /** The option that was pressed before anything was chosen. */
  const [unchosen, setUnchosen] = useState<string>();
  const [, setOver] = useState(0);
  const keyOf = ({ type, factorId }: CallerVerificationOption): string => `${type} ${factorId ?? ''}`;
  const [begun, setBegun] = useState<string>();
  /** Whether the last caller verification used this option. */
  const isUsed = (option: CallerVerificationOption): boolean =>
    verification?.type === option.type && (begun === undefined || begun === keyOf(option));

  /** On their own page they answer with a method. If all are to be reset, that is not enough alone either. */
  const resetsAll = found.factors.every(({ id }) => draft.selected === 'all' || draft.selected.includes(id));
  /** What is not enough alone comes last; what waits for the caller comes first, so that it is in view. */
  const rank = ({
    option,
    doubt,
  }: {
    option: CallerVerificationOption;
    doubt: CallerVerification['doubt'];
  }): number => {
    if (verification?.status === 'waiting' && isUsed(option)) return 0;
    return doubt === null && !(option.type === 'own-session' && resetsAll) ? 1 : 2;
  };
  const options = callerVerificationOptions
    .map((option) => ({ option, doubt: doubtOf(option, draft, found) }))
    .toSorted((one, other) => rank(one) - rank(other));

  if (verification && verified)
    return (
      <CallerVerified verification={verification} name={person.name} onEnd={() => setOver((count) => count + 1)} />
    );

  /** An option is in use. The others then get no primary button. */
  const busy = open !== undefined || verification?.status === 'waiting';
  const press = (option: CallerVerificationOption): void => {
    setOpen(undefined);
    setUnchosen(choice ? undefined : keyOf(option));
    if (!choice) return;
    if (option.type === 'call-back') return setOpen(open === keyOf(option) ? undefined : keyOf(option));
    setBegun(keyOf(option));
    onDraft({ unverified: false });
    if (option.type === 'push' && option.factorId) caller.begin({ type: 'push', factorId: option.factorId, choice });
    if (option.type === 'own-session') caller.begin({ type: 'own-session', choice });
  };
  /** Returns what appears below an option's row. */
  const moreOf = (option: CallerVerificationOption): ReactNode => {
    const { refused } = caller;
    if (unchosen === keyOf(option) && !choice) {
      const what = draft.operation === 'reset' && draft.selected.length === 0 ? 'selected' : 'reason';
      return (
        <p className="error" role="alert">
          {t('helpdesk-caller-verification.choose_first')}{' '}
          <a href={`#${places[what]}`}>{t(`helpdesk-reset.missing_${what}`)}</a>
        </p>
      );
    }
    if (option.type === 'call-back' && open === keyOf(option) && option.factorId && choice)
      return (
        <Later
          load={callBack}
          props={{
            body: { type: 'call-back', factorId: option.factorId, attest: true, choice },
            number: option.detail,
            name: person.name,
            sentence: sentence(choice),
            caller,
          }}
        />
      );
    if (refused && begun === keyOf(option) && refused.body.type === option.type)
      return <HelpdeskFailure error={refused.error} />;
    if (!verification || !isUsed(option) || isVerified(verification)) return false;
    return (
      <Later
        key={verification.id}
        load={status}
        props={{ verification, caller, name: person.name, sentence: sentence(verification.choice) }}
      />
    );
  };
  const isOpen = verification?.status === 'waiting' || isVerified(verification);
  return (
    <div className={css.verify} id={places.caller} tabIndex={-1}>
      {verification && isOpen && !covers(verification, draft) && (
        <p className={`note caution ${css.other}`} role="status">
          {t('helpdesk-caller-verification.other_choice', { sentence: sentence(verification.choice) })}
        </p>
      )}
      {callerVerificationOptions.length > 0 && (
        <ul className="rows">
          {options.map(({ option, doubt }, index) => {
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
                    strength={option.needsApproval || doubt ? 2 : wayUi.strength}
                    end={
                      <Button
                        variant={
                          index === 0 &&
                          !busy &&
                          !draft.unverified &&
                          verification?.status !== 'denied' &&
                          !(doubt && isElsewhere(draft))
                            ? 'button primary'
                            : 'button'
                        }
                        busy={asking}
                        expanded={option.type === 'call-back' ? open === keyOf(option) : undefined}
                        onClick={() => press(option)}
                      >
                        {t(waiting ? 'helpdesk-caller-verification.verify_again' : wayUi.action)}
                        <span className="visually-hidden"> {name}</span>
                      </Button>
                    }
                  >
                    {option.detail ? `${option.detail} · ` : ''}
                    {t(doubt ? `helpdesk-caller-verification.doubt_${doubt}` : wayUi.about, other)}
                    {option.needsApproval && !doubt && draft.operation !== 'unlock' && (
                      <> {t('helpdesk-caller-verification.needs_approver', other)}</>
                    )}
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
      {found.unverifiedAllowed ? (
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
              other,
            )}
            <span className="fine">{t('helpdesk-caller-verification.unverified_about', other)}</span>
          </span>
        </label>
      ) : (
        <p className="fine">{t('helpdesk-caller-verification.unverified_off')}</p>
      )}
      {draft.unverified && (
        <NoteField
          label={t('helpdesk.note')}
          hint={t('helpdesk-reset.note_why')}
          note={draft.note}
          onNote={(note) => onDraft({ note })}
        />
      )}
      <HelpdeskFailure error={caller.trouble} />
    </div>
  );
}
