import type { ReactElement } from 'react';
import type { SessionView } from '#contract/endpoints.ts';
import { useLazyComponent } from '../../components/use-lazy-component.ts';
import { useTranslate } from '../../i18n/translate.tsx';
import { MenuLink } from './menu-link.tsx';

const news = () => import('../../features/helpdesk/requests/requests-news.tsx');
const loadCount = () => news().then(({ PendingApprovals }) => ({ default: PendingApprovals }));
const loadOutcomes = () => news().then(({ RequestOutcomes }) => ({ default: RequestOutcomes }));

/** The news about requests is in a separate module, which loads after the page. */
export function HelpdeskLinks({ role }: { role: NonNullable<SessionView['helpdesk']> }): ReactElement {
  const t = useTranslate();
  // If these components fail to load, the links still work.
  const { Component: Outcomes } = useLazyComponent(role === 'auditor' ? undefined : loadOutcomes);
  const { Component: Count } = useLazyComponent(role === 'approver' ? loadCount : undefined);
  return (
    <>
      {role !== 'auditor' && Outcomes && <Outcomes role={role} />}
      {role !== 'auditor' && (
        <MenuLink to="/helpdesk" within={/^\/helpdesk\/(?:people|requests)\//}>
          {t('app.shell.helpdesk')}
        </MenuLink>
      )}
      {role === 'approver' && (
        <MenuLink to="/helpdesk/approvals">
          {t('app.shell.approvals')}
          {Count && <Count />}
        </MenuLink>
      )}
      {role !== 'agent' && <MenuLink to="/helpdesk/audit-log">{t('app.shell.audit_log')}</MenuLink>}
    </>
  );
}
