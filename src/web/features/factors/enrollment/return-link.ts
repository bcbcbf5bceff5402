import { useLocation } from 'react-router';
import { useTranslate } from '../../../i18n/translate.tsx';
import { autoStart } from './auto-start.ts';

/** Returns the id of the method that a page replaces, from its address. */
function readReplaces(search: string): string | undefined {
  const id = new URLSearchParams(search).get('replaces');
  return id !== null && /^[A-Za-z0-9]{20}$/.test(id) ? id : undefined;
}

/** The method that this page replaces. */
export const useReplaces = (): string | undefined => readReplaces(useLocation().search);

/** Marks an address that the new-phone page links to, so that its page leads back there. */
export const fromNewPhone = '?new-phone';

/** Where a page leads back to: the new-phone page if its address says so, or the list. */
export function useReturnLink(): { to: string; text: string } | 'list' {
  const t = useTranslate();
  const { search } = useLocation();
  return isMoving(search) ? { to: '/new-phone', text: t('factors.new_phone.title') } : 'list';
}

/** Whether a page moves a method to a new phone, from its address. */
export const isMoving = (search: string): boolean =>
  readReplaces(search) !== undefined || new URLSearchParams(search).has('new-phone');

/** A page that a later link leads to, with the name of its method. */
type Next = { to: string; name: string };

/** History state of a link to move a method to a new phone. `next`: the methods to move after it. */
export const autoMove = (next: readonly Next[]): object => ({ ...autoStart, next });

/** The methods to move next, from the history state of a link. */
export const readNext = (state: unknown): readonly Next[] => (state as { next?: readonly Next[] } | null)?.next ?? [];
