import type { ReactElement } from 'react';
import type { Home } from '#contract/endpoints.ts';
import { useMethodName } from '../../../components/factor/method-name.ts';
import { RelativeTime } from '../../../components/ui/relative-time.tsx';
import { useFormats } from '../../../i18n/format.ts';
import { Trans, useTranslate } from '../../../i18n/translate.tsx';

type LostPhone = NonNullable<Home['lostPhone']>;

/** Says what would still work, or that nothing would, and when that was tried. */
export function LostPhoneText({ stillWorks, unknown, triedAt }: LostPhone): ReactElement {
  const t = useTranslate();
  const nameOf = useMethodName();
  const formats = useFormats();
  if (!stillWorks && unknown.length > 0)
    return (
      <strong>
        {t('factors.lost_phone.unknown', { names: formats.list(unknown.map(nameOf)), count: unknown.length })}
      </strong>
    );
  if (!stillWorks) return <strong>{t('factors.lost_phone.locked_out')}</strong>;
  return (
    <>
      {t('factors.lost_phone.works', { at: stillWorks.at, name: nameOf(stillWorks) })}{' '}
      {triedAt && <Trans id="factors.lost_phone.tried" values={{ when: <RelativeTime iso={triedAt} /> }} />}
    </>
  );
}
