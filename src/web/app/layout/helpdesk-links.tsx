import { type ComponentType, type ReactElement, useEffect, useState } from 'react';
import { Link } from 'react-router';
import { loadWithMessages } from '../../i18n/load-messages.ts';
import { useLocale, useTranslate } from '../../i18n/translate.tsx';

/** Links to the helpdesk's pages, for staff. Loads the number of pending approvals, and the code for it, later. */
export function HelpdeskLinks({ admin }: { admin: boolean }): ReactElement {
  const t = useTranslate();
  const locale = useLocale();
  const [Count, setCount] = useState<ComponentType>();
  useEffect(() => {
    if (!admin) return;
    loadWithMessages(() => import('../../features/helpdesk/approvals/pending-approvals.tsx'), locale, [
      'helpdesk-approvals',
    ]).then(
      ({ PendingApprovals }) => setCount(() => PendingApprovals),
      // The link works without the number.
      () => {},
    );
  }, [admin, locale]);
  return (
    <>
      <Link className="text-button" to="/helpdesk">
        {t('app.shell.helpdesk')}
      </Link>
      {admin && (
        <Link className="text-button" to="/helpdesk/approvals">
          {t('app.shell.approvals')}
          {Count && <Count />}
        </Link>
      )}
      {!admin && (
        <Link className="text-button" to="/helpdesk/requests">
          {t('app.shell.own_requests')}
        </Link>
      )}
      <Link className="text-button" to="/helpdesk/audit-log">
        {t(admin ? 'app.shell.audit_log' : 'app.shell.own_entries')}
      </Link>
    </>
  );
}
