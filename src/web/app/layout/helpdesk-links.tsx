import type { ReactElement } from 'react';
import { Link, useLocation } from 'react-router';
import type { SessionView } from '#contract/endpoints.ts';
import { useLazyComponent } from '../../components/use-lazy-component.ts';
import { useTranslate } from '../../i18n/translate.tsx';

const news = () => import('../../features/helpdesk/requests/requests-news.tsx');
const loadCount = () => news().then(({ PendingApprovals }) => ({ default: PendingApprovals }));
const loadOutcomes = () => news().then(({ RequestOutcomes }) => ({ default: RequestOutcomes }));

/** Links to the helpdesk's pages that a role may open. The news about requests load later, with their code. */
export function HelpdeskLinks({ role }: { role: NonNullable<SessionView['helpdesk']> }): ReactElement {
  const t = useTranslate();
  const { pathname } = useLocation();
  const link = (to: string) => ({
    className: 'text-button',
    to,
    'aria-current': pathname === to ? ('page' as const) : undefined,
  });
  // If these components fail to load, the links still work.
  const { Component: Outcomes } = useLazyComponent(role === 'auditor' ? undefined : loadOutcomes);
  const { Component: Count } = useLazyComponent(role === 'approver' ? loadCount : undefined);
  return (
    <>
      {role !== 'auditor' && Outcomes && <Outcomes role={role} />}
      {role !== 'auditor' && <Link {...link('/helpdesk')}>{t('app.shell.helpdesk')}</Link>}
      {role === 'approver' && (
        <Link {...link('/helpdesk/approvals')}>
          {t('app.shell.approvals')}
          {Count && <Count />}
        </Link>
      )}
      {role !== 'agent' && <Link {...link('/helpdesk/audit-log')}>{t('app.shell.audit_log')}</Link>}
    </>
  );
}
