import type { ReactElement } from 'react';
import { Link } from 'react-router';
import { addresses, type Home } from '#contract/endpoints.ts';
import { factorUiOf } from '../../../components/factor/factor-ui.ts';
import { useMethodName } from '../../../components/factor/method-name.ts';
import { RelativeTime } from '../../../components/ui/relative-time.tsx';
import { Trans, useTranslate } from '../../../i18n/translate.tsx';

type LostPhone = NonNullable<Home['lostPhone']>;

/** Says what would still work, or that nothing would, and when that was tried. */
export function LostPhoneText({ stillWorks, triedAt }: LostPhone): ReactElement {
  const t = useTranslate();
  const nameOf = useMethodName();
  if (!stillWorks) return <strong>{t('factors.lost_phone.locked_out')}</strong>;
  return (
    <>
      {t('factors.lost_phone.works', { at: stillWorks.at, name: nameOf(stillWorks) })}{' '}
      {triedAt && <Trans id="factors.lost_phone.tried" values={{ when: <RelativeTime iso={triedAt} /> }} />}
    </>
  );
}

/** What losing the phone would mean, on the list, with the one act that helps most. */
export function LostPhone({
  quiet,
  ...lostPhone
}: LostPhone & {
  /** The page has another main act: a move to a new phone. */
  quiet: boolean;
}): ReactElement {
  const t = useTranslate();
  const { stillWorks, addNext } = lostPhone;
  const spare = addNext && factorUiOf(addNext).enroll?.path;
  return (
    <section className="more">
      <h2>{t('factors.lost_phone.heading')}</h2>
      <p className="lead-small">
        <LostPhoneText {...lostPhone} />
      </p>
      <p className="actions">
        {spare && (
          <Link className={stillWorks || quiet ? 'button' : 'button primary'} to={spare}>
            {t('factors.lost_phone.add')}
          </Link>
        )}
        <Link className={spare ? 'text-button' : 'button'} to={addresses.lostPhone}>
          {t(stillWorks ? 'factors.lost_phone.try' : 'factors.lost_phone.see')}
        </Link>
      </p>
    </section>
  );
}
