import { useLocation } from 'react-router';
import { useTranslate } from '../../../i18n/translate.tsx';

/** Returns the method that a page replaces, from its address. */
export function replacedIn(search: string): string | undefined {
  const given = new URLSearchParams(search).get('replaces');
  return given !== null && /^[A-Za-z0-9]{20}$/.test(given) ? given : undefined;
}

/** The method that this page replaces. */
export const useReplaces = (): string | undefined => replacedIn(useLocation().search);

/** Marks an address that is opened from the plan for a new phone, which its page then leads back to. */
export const fromPlan = '?plan';

/** Where a page leads back to: the plan for a new phone, if it was opened from there, or the list. */
export function useReturnLink(): { to: string; text: string } | 'list' {
  const t = useTranslate();
  const query = new URLSearchParams(useLocation().search);
  return query.has('replaces') || query.has('plan') ? { to: '/new-phone', text: t('factors.new_phone.title') } : 'list';
}
