import type { ReactElement } from 'react';
import { Link } from 'react-router';
import type { MovingMethod } from '#contract/endpoints.ts';
import { FactorSummary } from '../../../components/factor/factor-summary.tsx';
import { factorUiOf } from '../../../components/factor/factor-ui.ts';
import { useMethodName } from '../../../components/factor/method-name.ts';
import { Badge, RowBody } from '../../../components/ui/row.tsx';
import { useSettings } from '../../../components/settings.ts';
import { type MessageId, useTranslate } from '../../../i18n/translate.tsx';
import css from './new-phone.module.css';
import { fromPlan } from '../enrollment/return-link.ts';

/** `needsOld`: it needs the old phone, or its number in another one. */
type Action = { text: MessageId; to: string; needsOld?: true };
type Step = { about: MessageId; actions: Action[] };

/** What works now, and where. `isTested`: the old one was tested, and stays. */
function worksAs(kind: MovingMethod['kind'], isTested: boolean): MessageId {
  if (kind === 'sms' || kind === 'call') return 'new-phone.works_number';
  if (isTested) return 'new-phone.works_tested';
  return kind === 'webauthn' ? 'new-phone.works_key' : 'new-phone.works_app';
}

/** What to do next with a method, the likeliest first. */
function stepOf({ factorId, kind, state, way, spare, worksNow }: MovingMethod): Step {
  const add = `/add/${kind}${fromPlan}`;
  const replace = `/add/${kind}?replaces=${factorId}`;
  const isAddedHere = factorUiOf(kind).enroll !== undefined;
  const test = { text: 'new-phone.test', to: `/methods/${worksNow?.id ?? factorId}/test${fromPlan}` } as const;
  const isNumber = kind === 'sms' || kind === 'call';
  const isKey = kind === 'webauthn';
  if (state === 'moved') return { about: worksAs(kind, worksNow?.id === factorId), actions: [test] };
  // The old method is gone, and maybe nothing ever replaced it: a reset or its owner may have removed it.
  if (state === 'off')
    return { about: 'new-phone.off', actions: [{ text: 'new-phone.go_on', to: isAddedHere ? add : '/add' }] };
  const remove = { text: 'new-phone.remove_old', to: `/methods/${factorId}/remove${fromPlan}` } as const;
  const old = { text: 'new-phone.test_old', to: `/methods/${factorId}/test${fromPlan}` } as const;
  if (state === 'added')
    return isKey
      ? { about: 'new-phone.added_key', actions: [remove, old] }
      : { about: 'new-phone.added', actions: [remove] };
  if (way === 'okta' && factorUiOf(kind).verificationType === undefined)
    return { about: 'new-phone.at_okta_only', actions: [] };
  if (way === 'okta' && isAddedHere) return { about: 'new-phone.on_no_phone', actions: [old] };
  if (way === 'okta') return { about: 'new-phone.at_okta', actions: [{ ...old, needsOld: true }] };
  if (way === 'keep') return { about: 'new-phone.key_synced', actions: [old, { text: 'new-phone.key_add', to: add }] };
  if (way === 'add') return { about: 'new-phone.key', actions: [{ text: 'new-phone.key_add', to: add }, old] };
  const needs = way === 'replace' && !spare;
  const move = needs
    ? ({ text: 'new-phone.spare_go', to: '/add' } as const)
    : ({ text: isNumber ? 'new-phone.number' : 'new-phone.move', to: replace } as const);
  if (isNumber)
    return {
      about: needs ? 'new-phone.number_spare' : 'new-phone.number_about',
      actions: [{ text: 'new-phone.same_number', to: old.to, needsOld: true }, move],
    };
  return { about: needs ? 'new-phone.spare' : 'new-phone.move_about', actions: [move, old] };
}

/** Whether the likeliest next action with a method can be the plan's main one. @param gone the old phone is away */
export function leadsOn(method: MovingMethod, gone: boolean): boolean {
  const [first] = stepOf(method).actions;
  return method.state !== 'moved' && first !== undefined && !(gone && first.needsOld);
}

/** One method of the plan: its state, what is next, and what works now. */
export function PlannedMethod({
  method,
  isNext,
}: {
  method: MovingMethod;
  /** Whether its first action is the page's main one. */
  isNext: boolean;
}): ReactElement {
  const t = useTranslate();
  const nameOf = useMethodName();
  const { oktaSettingsUrl } = useSettings();
  const { kind, state, worksNow, detail } = method;
  const { about, actions } = stepOf(method);
  const name = nameOf(method);
  return (
    <>
      <div className={`row ${css.method}`}>
        <RowBody
          icon={factorUiOf(kind).icon}
          name={name}
          badge={<Badge tone={state === 'moved' ? 'good' : 'caution'}>{t(`new-phone.state.${state}`)}</Badge>}
        >
          {worksNow ? <FactorSummary factor={worksNow} /> : detail && <span className="as-is">{detail}</span>}
        </RowBody>
      </div>
      <div className="row-more">
        <p>{t(about, { name, detail: worksNow?.detail ?? name })}</p>
        {kind === 'okta-verify' && state !== 'open' && oktaSettingsUrl && (
          <p>
            {t('new-phone.more_devices')}{' '}
            <a href={oktaSettingsUrl} rel="noreferrer">
              {t('new-phone.okta_settings')}
            </a>
          </p>
        )}
        {actions.length > 0 && (
          <div className="actions">
            {actions.map(({ text, to }, index) => (
              <Link key={text} className={`button${isNext && index === 0 ? ' primary' : ''}`} to={to}>
                {t(text)}
                <span className="visually-hidden"> {name}</span>
              </Link>
            ))}
          </div>
        )}
      </div>
    </>
  );
}
