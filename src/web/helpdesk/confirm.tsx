import { useMutation } from '@tanstack/react-query';
import { type ReactElement, type ReactNode, useEffect, useState } from 'react';
import deskWords from 'virtual:words/en/desk';
import { ApiError } from '#contract/errors.ts';
import type { DeskPerson, ResetAnswer, UnfreezeBody } from '#contract/helpdesk.ts';
import { requestDesk } from '../client/request-desk.ts';
import { Press } from '../ui/act.tsx';
import { Failure } from '../ui/failure.tsx';
import { Icon, type IconName } from '../ui/icon.tsx';
import { needOf, type ProofNeed, ProvePanel } from '../ui/prove-panel.tsx';
import { inOneBreath } from '../words/dates.ts';
import { addWords, useWords } from '../words/words.tsx';
import type { Missing, Plan } from './plan.ts';
import { ruleWords } from './rule-words.ts';

addWords(deskWords);

/** What the reset does and who hears of it, then the agent's own proof, then the act. */
export function Confirm({
  found,
  plan,
  missing,
  body,
  here,
  onTicket,
  onUnverified,
  onDone,
}: {
  found: DeskPerson;
  plan: Plan;
  /** Where each thing that is missing is filled in. */
  missing: { what: Missing; at: string }[];
  body: UnfreezeBody | undefined;
  here: string;
  onTicket: (error: unknown) => void;
  /** The caller no longer counts as verified. */
  onUnverified: () => void;
  onDone: (answer: ResetAnswer) => void;
}): ReactElement {
  const t = useWords();
  const { person } = found;
  const [proof, setProof] = useState<'as said' | 'given' | ProofNeed>('as said');
  const resetting = useMutation({
    mutationFn: async ({ factorIds, ...asked }: UnfreezeBody) => {
      const params = { userId: person.id };
      const named = factorIds === undefined ? {} : { factorIds };
      if (plan.lifts) onDone(await requestDesk('unfreeze', { params, body: { ...asked, ...named } }));
      else onDone(await requestDesk('resetMethods', { params, body: { ...asked, factorIds: factorIds ?? [] } }));
    },
    onError: (error) => {
      setProof((before) => needOf(error) ?? before);
      if (!(error instanceof ApiError)) return;
      if (error.code === 'ticket_required') onTicket(error);
      if (error.code === 'caller_proof_required') onUnverified();
    },
  });
  if (missing.length > 0 || !body)
    return (
      <div className="stack">
        <p>{t('desk.missing')}</p>
        <ul className="missing">
          {missing.map(({ what, at }) => (
            <li key={what}>
              <a href={`#${at}`}>{t(`desk.missing_${what}`)}</a>
            </li>
          ))}
        </ul>
        <Refusal error={resetting.error} />
      </div>
    );
  const need = proof === 'as said' ? found.proof : proof === 'given' ? null : proof;
  return (
    <div className="stack">
      <Consequences found={found} plan={plan} />
      {need ? (
        <section>
          <h3>{t('desk.prove_first')}</h3>
          <ProvePanel need={need} here={here} onProved={() => setProof('given')} />
        </section>
      ) : (
        <div className="acts">
          <Press
            look="button danger"
            take={proof === 'given'}
            busy={resetting.isPending || resetting.isSuccess}
            onPress={() => resetting.mutate(body)}
          >
            <Act plan={plan} />
          </Press>
        </div>
      )}
      <Refusal error={resetting.error} />
    </div>
  );
}

/** What the button does. */
function Act({ plan: { goes, needsApproval, resets, lifts } }: { plan: Plan }): ReactElement {
  const t = useWords();
  const about = { count: goes.length, name: goes[0] ?? '' };
  if (needsApproval) return <>{t('desk.ask_approver')}</>;
  if (lifts) return <>{t(resets ? 'desk.unfreeze_reset' : 'desk.unfreeze', about)}</>;
  return <>{t(goes.length === 0 ? 'desk.new_code' : 'desk.reset', about)}</>;
}

/** What the server said no to; where a rule of the policy's did, in its words. */
function Refusal({ error }: { error: unknown }): ReactElement | null {
  const t = useWords();
  if (needOf(error)) return null;
  if (error instanceof ApiError && error.code === 'out_of_policy')
    return (
      <p className="failure error" role="alert">
        {t(ruleWords(error.details.rule))}
      </p>
    );
  return <Failure error={error} />;
}

function Consequences({ found: { person }, plan }: { found: DeskPerson; plan: Plan }): ReactElement {
  const t = useWords();
  const { goes, along, comesBack, remains, needsApproval, resets, lifts } = plan;
  const nothingLeft = remains.length === 0;
  const told = inOneBreath(person.notifies);
  return (
    <ul className="facts" aria-label={t(lifts ? 'desk.summary_lift' : 'desk.summary')}>
      {lifts && (
        <Fact icon="shield" head={t('desk.lift')}>
          {t(resets ? 'desk.lift_after' : 'desk.lift_about')}
        </Fact>
      )}
      {goes.length > 0 && (
        <Fact icon="bin" head={t('desk.goes', { names: inOneBreath(goes), count: goes.length })}>
          {along.length > 0 && <>{t('desk.goes_along', { names: inOneBreath(along) })} </>}
          {comesBack.length > 0 && t('desk.comes_back', { names: inOneBreath(comesBack) })}
        </Fact>
      )}
      <Fact icon="shield" head={nothingLeft ? t('desk.left_nothing') : t('desk.left', { names: inOneBreath(remains) })}>
        {!nothingLeft
          ? t('desk.left_about')
          : resets &&
            t(person.codeTo.length > 0 ? 'desk.way_back_sent' : 'desk.way_back_by_hand', {
              to: inOneBreath(person.codeTo),
            })}
      </Fact>
      {resets && (
        <Fact icon="screen" head={t('desk.signed_out')}>
          {t('desk.signed_out_about')}
        </Fact>
      )}
      <Fact icon="mail" head={t(person.notifies.length > 0 ? 'desk.told' : 'desk.told_nobody')}>
        {person.notifies.length > 0 && t(resets ? 'desk.told_about' : 'desk.told_lift', { to: told })}
      </Fact>
      {needsApproval && (
        <Fact icon="enter" head={t('desk.approver_first')}>
          {t('desk.approver_first_about')}
        </Fact>
      )}
    </ul>
  );
}

function Fact({ icon, head, children }: { icon: IconName; head: string; children: ReactNode }): ReactElement {
  return (
    <li>
      <Icon name={icon} />
      <div>
        <p className="strong">{head}</p>
        <p className="fine">{children}</p>
      </div>
    </li>
  );
}

/** Puts the focus where a link within the steps leads: the browser only scrolls there. */
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
