import type { ReactElement } from 'react';
import { Link } from 'react-router';
import { FactorSummary } from '../../../components/factor/factor-summary.tsx';
import { getFactorUi } from '../../../components/factor/factor-ui.ts';
import { useMethodName } from '../../../components/factor/method-name.ts';
import { Badge, RowBody } from '../../../components/ui/row.tsx';
import { useSettings } from '../../../components/settings.ts';
import { type MessageId, useTranslate } from '../../../i18n/translate.tsx';
import { autoMove, fromNewPhone } from '../enrollment/return-link.ts';
import type { Move } from '../enrollment/moves.ts';
import { findNextStep, type NextStep } from '../list/next-step.ts';
import css from './new-phone.module.css';

type Step = { about: MessageId; actions: Omit<NextStep, 'about'>[]; more?: MessageId | undefined };

/** The likeliest action is first. */
function getStep({ kind, state, old, worksNow, begun }: Move): Step {
  const isNumber = kind === 'sms' || kind === 'call';
  const isAddedHere = getFactorUi(kind).enroll !== undefined;
  const add = `/add/${kind}${fromNewPhone}`;
  if (state === 'off') {
    // Perhaps a reset or the owner removed the old method, and nothing replaced it.
    const lost = { text: 'new-phone.go_on', to: isAddedHere ? add : '/add' } as const;
    const next: NextStep = (begun && findNextStep(begun)) ?? lost;
    return { about: 'factors.status.replacing_about', actions: [next], more: next.about };
  }
  const linkToTest = (id: string) => ({ text: 'new-phone.test', to: `/methods/${id}/test${fromNewPhone}` }) as const;
  if (!old || state === 'done') {
    const id = worksNow!.id;
    if (old && old.factor.id !== id) {
      const remove = { text: 'new-phone.remove_old', to: `/methods/${old.factor.id}/remove${fromNewPhone}` } as const;
      return { about: 'new-phone.added', actions: [remove, linkToTest(id)] };
    }
    if (isNumber) return { about: 'new-phone.works_number', actions: [linkToTest(id)] };
    return { about: old ? 'new-phone.works_tested' : 'new-phone.works_new', actions: [linkToTest(id)] };
  }
  const { factor, way, spare } = old;
  const test = linkToTest(factor.id);
  if (way === 'add')
    return {
      about: 'new-phone.key',
      actions: [...(isAddedHere ? [{ text: 'new-phone.replace', to: add } as const] : []), test],
    };
  const replace =
    way === 'after' || spare
      ? ({ text: 'new-phone.replace', to: `/add/${kind}?replaces=${factor.id}` } as const)
      : ({ text: 'new-phone.spare_go', to: '/add' } as const);
  if (isNumber)
    return {
      about: way === 'after' || spare ? 'new-phone.number_about' : 'new-phone.number_spare',
      actions: [test, replace],
    };
  return { about: spare ? 'new-phone.app_about' : 'new-phone.spare', actions: [replace, test] };
}

export function MovingMethod({
  method,
  isNext,
  later,
}: {
  method: Move;
  later: readonly Move[];
  /** This method's first action is the page's primary button. */
  isNext: boolean;
}): ReactElement {
  const t = useTranslate();
  const getName = useMethodName();
  const { oktaSettingsUrl } = useSettings();
  const { kind, state, old, worksNow } = method;
  const { about, actions, more } = getStep(method);
  const next = later.flatMap((move) => {
    const { to } = getStep(move).actions[0]!;
    // If a step first needs another kind of method, only this page explains it, so no other page links to the step.
    return to === '/add' || !move.old ? [] : { to, kind: move.kind, name: move.old.factor.name };
  });
  const factor = worksNow ?? old?.factor ?? null;
  const name = getName(factor ?? { kind, name: null });
  return (
    <>
      <div className={`row ${css.method}`}>
        <RowBody
          icon={getFactorUi(kind).icon}
          name={name}
          badge={<Badge tone={state === 'done' ? 'good' : 'caution'}>{t(`new-phone.state.${state}`)}</Badge>}
        >
          {factor && <FactorSummary factor={factor} />}
        </RowBody>
      </div>
      <div className="row-more">
        <p>{t(about, { detail: worksNow?.detail ?? name, left: old ? 'yes' : 'no' })}</p>
        {more && <p>{t(more)}</p>}
        {kind === 'okta-verify' && state === 'done' && oktaSettingsUrl && (
          <p>
            {t('new-phone.more_devices')}{' '}
            <a href={oktaSettingsUrl} rel="noreferrer">
              {t('new-phone.okta_settings')}
            </a>
          </p>
        )}
        <div className="actions">
          {actions.map(({ text, to, state: started }, index) => (
            <Link
              key={text}
              className={`button${isNext && index === 0 ? ' primary' : ''}`}
              to={to}
              state={text === 'new-phone.replace' ? autoMove(next) : started}
            >
              {t(text)}
              <span className="visually-hidden"> {name}</span>
            </Link>
          ))}
        </div>
      </div>
    </>
  );
}
