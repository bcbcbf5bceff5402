import type { ReactElement } from 'react';
import { Link } from 'react-router';
import type { SessionView } from '#contract/endpoints.ts';
import { useLazyComponent } from '../../components/use-lazy-component.ts';
import { useTranslate } from '../../i18n/translate.tsx';

const loadCount = () =>
  import('../../features/helpdesk/approvals/pending-approvals.tsx').then(({ PendingApprovals }) => ({
    default: PendingApprovals,
  }));

/** Links to the helpdesk's pages that a role may open. The number of pending approvals loads later, with its code. */
export function HelpdeskLinks({ role }: { role: NonNullable<SessionView['helpdesk']> }): ReactElement {
  const t = useTranslate();
  // If it fails to load, the link works without the number.
  const { Component: Count } = useLazyComponent(role === 'approver' ? loadCount : undefined);
  const log = (
    <Link className="text-button" to="/helpdesk/audit-log">
      {t(role === 'agent' ? 'app.shell.own_entries' : 'app.shell.audit_log')}
    </Link>
  );
  if (role === 'auditor') return log;
  return (
    <>
      <Link className="text-button" to="/helpdesk">
        {t('app.shell.helpdesk')}
      </Link>
      <Link className="text-button" to="/helpdesk/approvals">
        {t('app.shell.approvals')}
        {Count && <Count />}
      </Link>
      {log}
    </>
  );
}
