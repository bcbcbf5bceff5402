import { useMutation } from '@tanstack/react-query';
import { type ReactElement, useEffect, useState } from 'react';
import { ApiError } from '#contract/errors.ts';
import type { HelpdeskPerson, ResetAnswer, UnfreezeBody } from '#contract/helpdesk.ts';
import { requestHelpdesk } from '../../../api/client/request-helpdesk.ts';
import { Button } from '../../../components/ui/button.tsx';
import { Failure } from '../../../components/failure/failure.tsx';
import { Fact } from '../../../components/ui/fact.tsx';
import { stepUpRequirementOf, type StepUpRequirement, StepUpPanel } from '../../step-up/step-up-panel.tsx';
import { useFormats } from '../../../i18n/format.ts';
import { useMethodName } from '../../../components/factor/method-name.ts';
import { useTranslate } from '../../../i18n/translate.tsx';
import { partNames, type Missing, type ResetPlan } from './reset-plan.ts';
import { ruleMessage } from '../messages/rule-messages.ts';
import css from './reset.module.css';

/** Shows what the reset does and who is notified. Then the agent steps up if required, and confirms. */
export function ConfirmReset({
  found,
  plan,
  missing,
  body,
  here,
  onTicket,
  onUnverified,
  onDone,
}: {
  found: HelpdeskPerson;
  plan: ResetPlan;
  /** What is missing, and the id of the element where the agent fills it in. */
  missing: { what: Missing; at: string }[];
  body: UnfreezeBody | undefined;
  here: string;
  onTicket: (error: unknown) => void;
  /** Called when the caller no longer counts as verified. */
  onUnverified: () => void;
  onDone: (answer: ResetAnswer) => void;
}): ReactElement {
  const t = useTranslate();
  const { person } = found;
  const [stepUp, setStepUp] = useState<'as said' | 'given' | StepUpRequirement>('as said');
  const resetting = useMutation({
    mutationFn: async (rest: UnfreezeBody) => {
      const params = { userId: person.id };
      if (plan.unfreezes) onDone(await requestHelpdesk('unfreeze', { params, body: rest }));
      else onDone(await requestHelpdesk('resetMethods', { params, body: { factorIds: [], ...rest } }));
    },
    onError: (error) => {
      setStepUp((before) => stepUpRequirementOf(error) ?? before);
      if (!(error instanceof ApiError)) return;
      if (error.code === 'ticket_required') onTicket(error);
      if (error.code === 'caller_verification_required') onUnverified();
    },
  });
  if (missing.length > 0 || !body)
    return (
      <div className="stack">
        <p>{t('helpdesk-reset.missing')}</p>
        <ul className={css.missing}>
          {missing.map(({ what, at }) => (
            <li key={what}>
              <a href={`#${at}`}>{t(`helpdesk-reset.missing_${what}`)}</a>
            </li>
          ))}
        </ul>
        <ResetError error={resetting.error} />
      </div>
    );
  const requirement = stepUp === 'as said' ? found.stepUp : stepUp === 'given' ? null : stepUp;
  return (
    <div className="stack">
      <Consequences found={found} plan={plan} />
      {requirement ? (
        <section>
          <h3>{t('helpdesk.verify_self')}</h3>
          <StepUpPanel requirement={requirement} here={here} onStepUp={() => setStepUp('given')} />
        </section>
      ) : (
        <div className="actions">
          <Button
            variant="button danger"
            focusOnMount={stepUp === 'given'}
            busy={resetting.isPending || resetting.isSuccess}
            onClick={() => resetting.mutate(body)}
          >
            <ResetButtonLabel plan={plan} />
          </Button>
        </div>
      )}
      <ResetError error={resetting.error} />
    </div>
  );
}

/** The button's label: what the reset does. */
function ResetButtonLabel({ plan: { removed, needsApproval, resets, unfreezes } }: { plan: ResetPlan }): ReactElement {
  const t = useTranslate();
  const nameOf = useMethodName();
  const about = { count: removed.length, name: removed[0] ? nameOf(removed[0]) : '' };
  if (needsApproval) return <>{t('helpdesk-reset.ask_approver')}</>;
  if (unfreezes) return <>{t(resets ? 'helpdesk-reset.unfreeze_reset' : 'helpdesk-reset.unfreeze', about)}</>;
  return <>{t(removed.length === 0 ? 'helpdesk-reset.new_code' : 'helpdesk-reset.reset', about)}</>;
}

/** Why the server refused; for a rule of the policy, that rule's text. */
function ResetError({ error }: { error: unknown }): ReactElement | null {
  const t = useTranslate();
  if (stepUpRequirementOf(error)) return null;
  if (error instanceof ApiError && error.code === 'out_of_policy')
    return (
      <p className="failure error" role="alert">
        {t(ruleMessage(error.details.rule))}
      </p>
    );
  return <Failure error={error} />;
}

function Consequences({ found: { person }, plan }: { found: HelpdeskPerson; plan: ResetPlan }): ReactElement {
  const t = useTranslate();
  const formats = useFormats();
  const nameOf = useMethodName();
  const { removed, along, restoredByOkta, remaining, needsApproval, resets, unfreezes } = plan;
  const nothingLeft = remaining.length === 0;
  const recipients = formats.list(person.notifies);
  return (
    <ul className="facts" aria-label={t(unfreezes ? 'helpdesk-reset.summary_unfreeze' : 'helpdesk-reset.summary')}>
      {unfreezes && (
        <Fact icon="shield" head={t('helpdesk-reset.unfreeze_effect')}>
          {t(resets ? 'helpdesk-reset.unfreeze_effect_after' : 'helpdesk-reset.unfreeze_effect_about')}
        </Fact>
      )}
      {removed.length > 0 && (
        <Fact icon="bin" head={t('helpdesk-reset.removed', { names: formats.list(removed.map(nameOf)) })}>
          {along.length > 0 && (
            <>{t('helpdesk-reset.also_removed', { names: formats.list(along.map((part) => t(partNames[part]))) })} </>
          )}
          {restoredByOkta.length > 0 &&
            t('helpdesk-reset.restored_by_okta', { names: formats.list(restoredByOkta.map(nameOf)) })}
        </Fact>
      )}
      <Fact
        icon="shield"
        head={
          nothingLeft
            ? t('helpdesk.remaining_none')
            : t('helpdesk.remaining', { names: formats.list(remaining.map(nameOf)) })
        }
      >
        {!nothingLeft
          ? t('helpdesk-reset.remaining_about')
          : resets &&
            t(
              person.codeTo.length > 0
                ? 'helpdesk-reset.recovery_code_sent'
                : 'helpdesk-reset.recovery_code_by_approver',
              { to: formats.list(person.codeTo) },
            )}
      </Fact>
      {resets && (
        <Fact icon="screen" head={t('helpdesk-reset.signed_out')}>
          {t('helpdesk-reset.signed_out_about')}
        </Fact>
      )}
      <Fact icon="email" head={t(person.notifies.length > 0 ? 'helpdesk-reset.notified' : 'helpdesk.notified_nobody')}>
        {person.notifies.length > 0 &&
          t(resets ? 'helpdesk-reset.notified_about' : 'helpdesk-reset.notified_unfreeze', { to: recipients })}
      </Fact>
      {needsApproval && (
        <Fact icon="enter" head={t('helpdesk-reset.approver_first')}>
          {t('helpdesk-reset.approver_first_about')}
        </Fact>
      )}
    </ul>
  );
}

/** Moves the focus to the target of a link within the steps, because browsers only scroll there. */
export function useLinksWithin(): void {
  useEffect(() => {
    const follow = (event: MouseEvent): void => {
      const link = event.target instanceof Element ? event.target.closest('.steps a[href^="#"]') : null;
      const place = link && document.getElementById(link.getAttribute('href')?.slice(1) ?? '');
      if (!place) return;
      event.preventDefault();
      place.scrollIntoView({ block: 'center' });
      const first = place.matches('input, select, textarea')
        ? place
        : place.querySelector<HTMLElement>('input, button:not([disabled])');
      (first ?? place).focus({ preventScroll: true });
    };
    document.addEventListener('click', follow);
    return () => document.removeEventListener('click', follow);
  }, []);
}
