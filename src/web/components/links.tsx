import type { ReactElement, ReactNode } from 'react';
import { Link } from 'react-router';
import { useTranslate } from '../i18n/translate.tsx';
import { useSettings } from './settings.ts';

/** A link to the person's settings at Okta; null if the portal's configuration has no address for them. */
export function OktaSettingsLink({ className, children }: { className?: string; children: ReactNode }): ReactNode {
  const { oktaSettingsUrl } = useSettings();
  return oktaSettingsUrl ? (
    <a className={className} href={oktaSettingsUrl} rel="noreferrer">
      {children}
    </a>
  ) : null;
}

/** A link to the page that says how to reach the helpdesk. */
export const HelpdeskLink = ({ className }: { className?: string }): ReactElement => (
  <Link className={className} to="/get-help">
    {useTranslate()('get-help.title')}
  </Link>
);
