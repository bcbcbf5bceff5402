import { Fragment, type ReactElement, type ReactNode } from 'react';
import type { Factor } from '#contract/endpoints.ts';
import { faceOf, faces } from '../factors/registry.ts';
import { Trans, useTranslate } from '../i18n/translate.tsx';
import { isUnfinished } from './status.ts';
import { When } from './when.tsx';

/** “Text message · •••• 0123 · added 3 March”, leaving out what the name has said or the org does not know. */
export function Since({ factor }: { factor: Factor }): ReactElement {
  const t = useTranslate();
  const { created, lastVerified } = factor;
  const face = faceOf(factor.kind);
  // Its usual name says its kind; its owner's need not, and of a kind we do not know the name says little.
  const kind = factor.named || face === faces.unknown ? t(face.name) : undefined;
  const bits: ReactNode[] = [
    kind,
    factor.detail && <span className="as-is">{factor.detail}</span>,
    created && (
      <Trans
        id={isUnfinished(factor) ? 'summary.started' : 'summary.added'}
        values={{ when: <When iso={created} /> }}
      />
    ),
    lastVerified && <Trans id="summary.used" values={{ when: <When iso={lastVerified} /> }} />,
  ].filter(Boolean);
  if (bits.length === 0) return <>{t(face.about)}</>;
  return (
    <>
      {bits.map((bit, index) => (
        // Their order is fixed.
        <Fragment key={index}>
          {index > 0 && ' · '}
          {bit}
        </Fragment>
      ))}
    </>
  );
}
