import { replacedIn, useLocation } from '../../../components/location.ts';
import { useTranslate } from '../../../i18n/translate.tsx';

/** The method that this page replaces, from its address. */
export const useReplaces = (): string | undefined => replacedIn(useLocation().search);

/** Marks an address that is opened from the plan for a new phone, which its page then leads back to. */
export const fromPlan = '?plan';

/** Where a page leads back to: the plan for a new phone, if it was opened from there, or the list. */
export function useReturnLink(): { to: string; text: string } | 'list' {
  const t = useTranslate();
  const query = new URLSearchParams(useLocation().search);
  return query.has('replaces') || query.has('plan') ? { to: '/new-phone', text: t('factors.new_phone.title') } : 'list';
}
