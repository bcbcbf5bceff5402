import { useLocation } from 'react-router';
import { useTranslate } from '../../../i18n/translate.tsx';
import { autoStart } from './auto-start.ts';

/** Returns the id of the method that a page replaces, from the page's query string. */
function readReplaces(search: string): string | undefined {
  const id = new URLSearchParams(search).get('replaces');
  return id !== null && /^[A-Za-z0-9]{20}$/.test(id) ? id : undefined;
}

/** The id of the method that this page replaces, if any. */
export const useReplaces = (): string | undefined => readReplaces(useLocation().search);

/** The query string of links on the new-phone page. The linked page then links back to the new-phone page. */
export const fromNewPhone = '?new-phone';

/** The target of a page's link back: the new-phone page if the query string says so, or else the list. */
export function useReturnLink(): { to: string; text: string } | 'list' {
  const t = useTranslate();
  const { search } = useLocation();
  return isMoving(search) ? { to: '/new-phone', text: t('factors.new_phone.title') } : 'list';
}

/** Whether a page moves a method to a new phone, from the page's query string. */
export const isMoving = (search: string): boolean =>
  readReplaces(search) !== undefined || new URLSearchParams(search).has('new-phone');

/** A page to which a later link leads, with the name of the page's method. */
type Next = { to: string; name: string };

/** History state of a link that moves a method to a new phone. `next`: the methods to move afterwards. */
export const autoMove = (next: readonly Next[]): object => ({ ...autoStart, next });

/** The methods to move next, from the history state of a link. */
export const readNext = (state: unknown): readonly Next[] => (state as { next?: readonly Next[] } | null)?.next ?? [];
