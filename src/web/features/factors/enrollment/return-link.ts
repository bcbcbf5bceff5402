import { useLocation } from 'react-router';
import { addresses } from '#contract/endpoints.ts';
import { fromStolenPhone } from '../../../flows/step-up/stolen-phone.ts';
import { useTranslate } from '../../../i18n/translate.tsx';

/** Returns the method that a page replaces, from its address. */
function replacedIn(search: string): string | undefined {
  const given = new URLSearchParams(search).get('replaces');
  return given !== null && /^[A-Za-z0-9]{20}$/.test(given) ? given : undefined;
}

/** The method that this page replaces. */
export const useReplaces = (): string | undefined => replacedIn(useLocation().search);

/** Marks an address that is opened from the plan for a new phone, which its page then leads back to. */
export const fromPlan = '?plan';

/** Where a page leads back to: the plan for a new phone or the page about a stolen one, or the list. */
export function useReturnLink(): { to: string; text: string } | 'list' {
  const t = useTranslate();
  const { search } = useLocation();
  if (search === fromStolenPhone) return { to: addresses.stolenPhone, text: t('factors.stolen_phone.title') };
  return isMoving(search) ? { to: '/new-phone', text: t('factors.new_phone.title') } : 'list';
}

/** Whether a page moves a method to a new phone, from its address. */
export const isMoving = (search: string): boolean =>
  replacedIn(search) !== undefined || new URLSearchParams(search).has('plan');
