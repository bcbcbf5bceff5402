import type { ReactElement } from 'react';
import { Link } from 'react-router';
import type { Factor } from '#contract/endpoints.ts';
import { getWrittenAt, now } from '../../../api/client/clock.ts';
import { isActive, isUnfinished } from '../../../api/factor-status.ts';
import { FactorSummary } from '../../../components/factor/factor-summary.tsx';
import { getFactorUi } from '../../../components/factor/factor-ui.ts';
import { useMethodName } from '../../../components/factor/method-name.ts';
import { useHydrated } from '../../../components/ui/hydrated.ts';
import { Badge, Chevron, RowBody } from '../../../components/ui/row.tsx';
import { useTranslate } from '../../../i18n/translate.tsx';
import css from './list.module.css';
import { DOT } from '../../../components/dot.ts';

/** In ms. A younger method counts as new. */
const NEW_MS = 10 * 60_000;

/** In a group: strongest first, unfinished methods last. */
export function MethodGroups({ factors }: { factors: readonly Factor[] }): ReactElement {
  const t = useTranslate();
  const sorted = factors.toSorted(
    (one, other) => Number(isUnfinished(one)) - Number(isUnfinished(other)) || other.strength - one.strength,
  );
  const {
    phone = [],
    elsewhere = [],
    unknown = [],
  } = Object.groupBy(sorted, ({ location = 'unknown' }) =>
    location === 'computer' || location === 'apart' ? 'elsewhere' : location,
  );
  return (
    <>
      {phone.length > 0 && <Group heading={t('factors.list.on_phone')} factors={phone} />}
      {elsewhere.length > 0 ? (
        <Group heading={t('factors.list.elsewhere')} factors={elsewhere} />
      ) : (
        unknown.length === 0 &&
        factors.some(isActive) && (
          <section>
            <h2>{t('factors.list.elsewhere')}</h2>
            <p className={css.empty}>{t('factors.list.elsewhere_empty')}</p>
          </section>
        )
      )}
      {unknown.length > 0 && <Group heading={t('factors.list.unknown_place')} factors={unknown} />}
    </>
  );
}

function Group({ heading, factors }: { heading: string; factors: readonly Factor[] }): ReactElement {
  return (
    <section>
      <h2>{heading}</h2>
      <ul className="rows">
        {factors.map((factor) => (
          <li key={factor.id}>
            <MethodRow factor={factor} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function MethodRow({ factor }: { factor: Factor }): ReactElement {
  const t = useTranslate();
  const name = useMethodName()(factor);
  // The first render in the browser must equal the server's, so that no row moves.
  const time = useHydrated() ? now() : getWrittenAt();
  const isNew = factor.created !== null && time - Date.parse(factor.created) < NEW_MS;
  return (
    <Link className="row" to={`/methods/${factor.id}`}>
      <RowBody
        icon={getFactorUi(factor.kind).icon}
        name={name}
        badge={
          isUnfinished(factor) ? (
            <Badge tone="caution">{t('factors.list.unfinished')}</Badge>
          ) : !isActive(factor) ? (
            <Badge tone="caution">{t('factors.list.not_usable')}</Badge>
          ) : (
            isNew && <Badge tone="good">{t('factors.list.new')}</Badge>
          )
        }
        end={<Chevron />}
      >
        {t(`factors.strength.${factor.strength}`)}
        {DOT}
        <FactorSummary factor={factor} brief />
      </RowBody>
    </Link>
  );
}
