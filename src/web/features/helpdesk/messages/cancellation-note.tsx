import type { ReactElement } from 'react';
import { requestHelpdesk } from '../../../api/client/request-helpdesk.ts';
import { useSingleMutation } from '../../../api/use-single-mutation.ts';
import { Button } from '../../../components/ui/button.tsx';
import { ExactTime } from '../../../components/ui/relative-time.tsx';
import { Trans, useTranslate } from '../../../i18n/translate.tsx';
import { HelpdeskFailure } from './helpdesk-failure.tsx';

/** Okta has not yet cancelled the enrollment. */
export default function CancellationNote({ at, userId }: { at: string; userId: string }): ReactElement {
  const t = useTranslate();
  const trying = useSingleMutation({
    mutationFn: async () => void (await requestHelpdesk('cancelEnrollments', { params: { userId } })),
  });
  return (
    <section className="note caution" aria-labelledby="cancellation">
      <h2 className="note-head" id="cancellation">
        {t('helpdesk-cancellation.heading')}
      </h2>
      <p>
        {t('helpdesk-cancellation.about')}{' '}
        <Trans id="helpdesk-cancellation.next" values={{ at: <ExactTime iso={at} /> }} />
      </p>
      <p>{t('helpdesk-cancellation.okta')}</p>
      <div className="actions">
        <Button busy={trying.isPending} onClick={() => trying.mutate()}>
          {t('helpdesk-cancellation.try')}
        </Button>
      </div>
      <HelpdeskFailure error={trying.error} />
    </section>
  );
}
