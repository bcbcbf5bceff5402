import { Fragment, type ReactElement, type ReactNode } from 'react';
import type { Factor } from '#contract/endpoints.ts';
import { getFactorUi, factorUis } from './factor-ui.ts';
import { Trans, useTranslate } from '../../i18n/translate.tsx';
import { isUnfinished } from '../../api/factor-status.ts';
import { RelativeTime } from '../ui/relative-time.tsx';
import { DOT } from '../dot.ts';

/** For example “Text message · •••• 0123 · added 3 March”. `brief`: without the last use. */
export function FactorSummary({ factor, brief }: { factor: Factor; brief?: boolean }): ReactElement {
  const t = useTranslate();
  const { backup, created, lastVerified, usedHere } = factor;
  const factorUi = getFactorUi(factor.kind);
  // A default name already names the kind; an owner's own name may not.
  const kind = factor.name !== null || factorUi === factorUis.unknown ? t(factorUi.name) : undefined;
  const bits: ReactNode[] = [
    kind,
    factor.detail && <span className="as-is">{factor.detail}</span>,
    backup && t(backup === 'synced' ? 'factors.summary.synced' : 'factors.summary.device'),
    created && (
      <Trans
        id={isUnfinished(factor) ? 'factors.summary.started' : 'factors.summary.added'}
        values={{ when: <RelativeTime iso={created} /> }}
      />
    ),
    !brief && lastVerified && (
      <Trans id="factors.summary.used" values={{ when: <RelativeTime iso={lastVerified} /> }} />
    ),
    !brief && usedHere && <Trans id="factors.summary.used_here" values={{ when: <RelativeTime iso={usedHere} /> }} />,
  ].filter(Boolean);
  if (bits.length === 0) return <>{t(factorUi.description)}</>;
  return (
    <>
      {bits.map((bit, index) => (
        // The order never changes, so the index can be the key.
        <Fragment key={index}>
          {index > 0 && DOT}
          {bit}
        </Fragment>
      ))}
    </>
  );
}
