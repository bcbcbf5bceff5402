import { type ReactElement, useEffect } from 'react';
import { Link } from 'react-router';
import { deleteFactor } from '../../../../api/client/delete-factor.ts';
import { useSingleMutation } from '../../../../api/use-single-mutation.ts';
import { Failure } from '../../../../components/failure/failure.tsx';
import { useTranslate } from '../../../../i18n/translate.tsx';
import { fromNewPhone } from '../../enrollment/return-link.ts';

/** If Okta allows only one number, the old number is already removed. */
export function RemoveOldNumber({ replaced }: { replaced: string }): ReactElement {
  const t = useTranslate();
  const { mutate, ...removing } = useSingleMutation({
    mutationFn: () => deleteFactor(replaced),
    meta: { closesPage: true },
  });
  useEffect(() => mutate(), [mutate]);
  if (removing.isSuccess) return <p>{t('enroll.replace_old_off')}</p>;
  if (!removing.isError) return <p aria-busy="true">{t('enroll.replace_old_removing')}</p>;
  return (
    <>
      <p>{t('enroll.replace_old_stays')}</p>
      <Failure error={removing.error} />
      <Link className="button" to={`/methods/${replaced}/remove${fromNewPhone}`}>
        {t('enroll.replace_old_remove')}
      </Link>
    </>
  );
}
