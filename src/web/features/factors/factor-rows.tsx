import type { ReactElement } from 'react';
import { Link } from 'react-router';
import type { Factor } from '#contract/endpoints.ts';
import { getFactorUi } from '../../components/factor/factor-ui.ts';
import { useMethodName } from '../../components/factor/method-name.ts';
import { useTranslate } from '../../i18n/translate.tsx';
import { Badge, Chevron, RowBody } from '../../components/ui/row.tsx';
import { FactorSummary } from '../../components/factor/factor-summary.tsx';
import { isActive, isUnfinished } from '../../api/factor-status.ts';

/** The user's methods, strongest first, unfinished last; each row is one link. */
export function FactorRows({ factors }: { factors: readonly Factor[] }): ReactElement {
  const t = useTranslate();
  const getName = useMethodName();
  const rows = factors.toSorted(
    (one, other) => Number(isUnfinished(one)) - Number(isUnfinished(other)) || other.strength - one.strength,
  );
  const active = rows.filter(isActive);
  const [first, second] = active;
  // If two are equally strong, neither gets the badge.
  const strongest = first && second && first.strength > second.strength ? first : undefined;
  return (
    <ul className="rows">
      {rows.map((factor) => (
        <li key={factor.id}>
          <Link className="row" to={`/methods/${factor.id}`}>
            <RowBody
              icon={getFactorUi(factor.kind).icon}
              name={getName(factor)}
              strength={factor.strength}
              badge={
                isUnfinished(factor) ? (
                  <Badge tone="caution">{t('factors.list.unfinished')}</Badge>
                ) : !isActive(factor) ? (
                  <Badge tone="caution">{t('factors.list.not_usable')}</Badge>
                ) : factor === strongest ? (
                  <Badge tone="good">{t('factors.list.strongest')}</Badge>
                ) : null
              }
              end={<Chevron />}
            >
              <FactorSummary factor={factor} />
            </RowBody>
          </Link>
        </li>
      ))}
    </ul>
  );
}
