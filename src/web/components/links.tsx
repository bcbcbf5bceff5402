import type { ReactElement, ReactNode } from 'react';
import { Link } from 'react-router';
import { useTranslate } from '../i18n/translate.tsx';
import { useSettings } from './settings.ts';

export function OktaSettingsLink({ className, children }: { className?: string; children: ReactNode }): ReactNode {
  const { oktaSettingsUrl } = useSettings();
  return oktaSettingsUrl ? (
    <a className={className} href={oktaSettingsUrl} rel="noreferrer">
      {children}
    </a>
  ) : null;
}

export const HelpdeskLink = ({ className }: { className?: string }): ReactElement => (
  <Link className={className} to="/get-help">
    {useTranslate()('get-help.title')}
  </Link>
);
