import { useQueryClient } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import { helpdeskQueries } from '../../../api/helpdesk-queries.ts';
import type { HelpdeskPerson } from '#contract/helpdesk.ts';
import { HelpdeskFailure } from '../messages/helpdesk-failure.tsx';
import { useTranslate } from '../../../i18n/translate.tsx';
import { places } from '../reset/places.ts';
import { NoteField } from '../reset/reason-form.tsx';
import { CallerOption } from './caller-option.tsx';
import { CallerVerified } from './caller-verified.tsx';
import { createChoice, isVerified, type CallerStep } from './use-caller-verification.ts';
import { useSentence } from './use-sentence.ts';
import css from './verify-caller.module.css';

type Option = HelpdeskPerson['callerVerificationOptions'][number];
const getOptionKey = ({ type, factorId }: Pick<Option, 'type' | 'factorId'>): string => `${type} ${factorId ?? ''}`;

/** A pressed option opens below its row. */
export function VerifyCaller({ reset }: { reset: CallerStep }): ReactElement {
  const t = useTranslate();
  const client = useQueryClient();
  const { found, caller, draft, plan, verified } = reset;
  const { callerVerificationOptions, person } = found;
  const sentence = useSentence(found);
  const { verification } = caller;
  const choice = createChoice(draft);
  const [open, setOpen] = useState<string>();
  /** The option that the agent pressed before choosing what to reset. */
  const [unchosen, setUnchosen] = useState<string>();
  const [begun, setBegun] = useState<string>();
  /** The last caller verification used this option. */
  const isUsed = (option: Option): boolean =>
    verification?.type === option.type && (begun === undefined || begun === getOptionKey(option));
  if (verification && verified)
    return (
      <CallerVerified
        verification={verification}
        approvalReasons={plan.effects?.approvalReasons ?? []}
        name={person.name}
        onEnd={() => void client.invalidateQueries(helpdeskQueries.person(person.id))}
      />
    );
  const isWaiting = verification?.status === 'waiting';
  const press = (option: Option): void => {
    setOpen(undefined);
    setUnchosen(choice ? undefined : getOptionKey(option));
    if (!choice) return;
    if (option.type === 'call-back') return setOpen(open === getOptionKey(option) ? undefined : getOptionKey(option));
    setBegun(getOptionKey(option));
    if (option.type === 'push' && option.factorId) caller.begin({ type: 'push', factorId: option.factorId, choice });
    if (option.type === 'own-session') caller.begin({ type: 'own-session', choice });
  };
  const findReasons = (option: Option) =>
    plan.effects?.callerOptions.find((one) => getOptionKey(one) === getOptionKey(option))?.approvalReasons;
  /**
   * First comes the option that waits for the caller. Last come options whose method is to be reset, or may be on the
   * lost phone.
   */
  const rank = (option: Option): number =>
    isWaiting && isUsed(option) ? 0 : 1 + Number((findReasons(option) ?? []).some((one) => one.startsWith('same_')));
  const isForOther = plan.unverified === 'more_than_confirmed' || plan.unverified === 'other_reason';
  return (
    <div className={css.verify} id={places.caller} tabIndex={-1}>
      {verification && isForOther && (isWaiting || isVerified(verification)) && (
        <p className={`note caution ${css.other}`} role="status">
          {t('helpdesk-caller-verification.other_choice', { sentence: sentence(verification.choice) })}
        </p>
      )}
      {callerVerificationOptions.length > 0 ? (
        <ul className="rows">
          {callerVerificationOptions
            .toSorted((one, other) => rank(one) - rank(other))
            .map((option, index) => (
              <CallerOption
                key={getOptionKey(option)}
                option={option}
                reset={reset}
                approvalReasons={findReasons(option)}
                isOpen={open === getOptionKey(option)}
                isUnchosen={unchosen === getOptionKey(option) && !choice}
                isBegun={begun === getOptionKey(option)}
                isUsed={isUsed(option)}
                isMain={
                  index === 0 &&
                  open === undefined &&
                  !isWaiting &&
                  !draft.unverified &&
                  verification?.status !== 'denied'
                }
                onPress={() => press(option)}
              />
            ))}
        </ul>
      ) : (
        <p className="note caution">
          {t('helpdesk-caller-verification.verify_none', {
            why: found.person.status === 'LOCKED_OUT' ? 'locked' : found.frozenAt === null ? '' : 'frozen',
          })}
        </p>
      )}
      <Unverified reset={reset} />
      <HelpdeskFailure error={caller.trouble} />
    </div>
  );
}

function Unverified({ reset: { found, draft, change } }: { reset: CallerStep }): ReactElement {
  const t = useTranslate();
  const hasOptions = found.callerVerificationOptions.length > 0;
  if (!found.unverifiedAllowed) return <p className="fine">{t('helpdesk-caller-verification.unverified_off')}</p>;
  return (
    <>
      <label className={css.checkbox} htmlFor="unverified">
        <input
          id="unverified"
          type="checkbox"
          checked={draft.unverified}
          onChange={(event) => change({ unverified: event.target.checked })}
        />
        <span className="strong">
          {t(hasOptions ? 'helpdesk-caller-verification.unverified' : 'helpdesk-caller-verification.unverified_only')}
        </span>
      </label>
      {draft.unverified && (
        <NoteField
          label={t('helpdesk.note')}
          hint={t('helpdesk-reset.note_why')}
          note={draft.note}
          onNote={(note) => change({ note })}
        />
      )}
    </>
  );
}
