import type { ReactElement } from 'react';
import type { HelpdeskPerson } from '#contract/helpdesk.ts';
import { getFactorUi } from '../../../components/factor/factor-ui.ts';
import { Badge, RowBody } from '../../../components/ui/row.tsx';
import { FactorSummary } from '../../../components/factor/factor-summary.tsx';
import { isActive, isUnfinished } from '../../../api/factor-status.ts';
import { useMethodName } from '../../../components/factor/method-name.ts';
import { ExactTime } from '../../../components/ui/relative-time.tsx';
import { Trans, useTranslate } from '../../../i18n/translate.tsx';
import type { ResetDraft } from './reset-draft.ts';
import { places } from './places.ts';
import css from './reset.module.css';

export function ChooseOther({
  operation,
  chosen,
  onChoose,
}: {
  operation: 'unfreeze' | 'unlock';
  chosen: boolean;
  onChoose: (chosen: boolean) => void;
}): ReactElement {
  const t = useTranslate();
  return (
    <ul className={`rows ${css.boxes} ${css.unlock}`}>
      <li>
        <label className={`row ${css.every}`} htmlFor="choose-other">
          <span className="row-text row-title">
            {t(`helpdesk-reset.${operation}`)}
            <span className="row-about">{t(`helpdesk-reset.${operation}_about`)}</span>
          </span>
          <input id="choose-other" type="checkbox" checked={chosen} onChange={() => onChoose(!chosen)} />
        </label>
      </li>
    </ul>
  );
}

export function ChooseMethods({
  found: { factors, permissions, recoveryCode },
  selected,
  onChoose,
}: {
  found: HelpdeskPerson;
  selected: ResetDraft['selected'];
  /** Undefined if the agent may not reset methods. */
  onChoose?: (selected: ResetDraft['selected']) => void;
}): ReactElement {
  const t = useTranslate();
  const getMethodName = useMethodName();
  const all = selected === 'all';
  if (factors.length === 0)
    return (
      <div className="stack" id={places.selected} tabIndex={-1}>
        <p>{t(recoveryCode ? 'helpdesk-reset.no_methods' : 'helpdesk-reset.no_methods_free')}</p>
        {recoveryCode && (
          <p>
            {recoveryCode.until === null ? (
              t('helpdesk-reset.code_over')
            ) : (
              <Trans id="helpdesk-reset.code_until" values={{ at: <ExactTime iso={recoveryCode.until} /> }} />
            )}
          </p>
        )}
        {recoveryCode && onChoose && permissions.resetAll.allowed && (
          <ul className={`rows ${css.boxes}`}>
            <li>
              <label className={`row ${css.every}`} htmlFor="choose-code">
                <span className="row-text row-title">
                  {t('helpdesk-reset.new_code')}
                  <span className="row-about">{t('helpdesk-reset.new_code_about')}</span>
                </span>
                <input id="choose-code" type="checkbox" checked={all} onChange={() => onChoose(all ? [] : 'all')} />
              </label>
            </li>
          </ul>
        )}
      </div>
    );
  const has = (id: string): boolean => selected === 'all' || selected.includes(id);
  const toggle = (id: string): void => {
    const before = all ? factors.map((one) => one.id) : selected;
    onChoose?.(before.includes(id) ? before.filter((one) => one !== id) : [...before, id]);
  };
  return (
    <ul className={`rows ${css.boxes}`} id={places.selected} tabIndex={-1}>
      {factors.map((factor) => {
        const body = (
          <RowBody
            icon={getFactorUi(factor.kind).icon}
            name={getMethodName(factor)}
            badge={
              isUnfinished(factor) ? (
                <Badge tone="caution">{t('factors.list.unfinished')}</Badge>
              ) : (
                !isActive(factor) && <Badge tone="caution">{t('factors.list.not_usable')}</Badge>
              )
            }
            end={
              onChoose &&
              permissions.resetOne.allowed && (
                <input type="checkbox" checked={has(factor.id)} onChange={() => toggle(factor.id)} />
              )
            }
          >
            <FactorSummary factor={factor} />
          </RowBody>
        );
        return (
          <li key={factor.id}>
            {onChoose ? <label className="row">{body}</label> : <div className="row">{body}</div>}
          </li>
        );
      })}
      {onChoose && permissions.resetAll.allowed && factors.length > 1 && (
        <li>
          <label className={`row ${css.every}`} htmlFor="choose-all">
            <span className="row-text row-title">{t('helpdesk-reset.all')}</span>
            <input id="choose-all" type="checkbox" checked={all} onChange={() => onChoose(all ? [] : 'all')} />
          </label>
        </li>
      )}
    </ul>
  );
}
