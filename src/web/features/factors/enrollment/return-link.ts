import { useLocation } from 'react-router';
import type { NamedMethod } from '#contract/endpoints.ts';
import { useTranslate } from '../../../i18n/translate.tsx';
import { autoStart } from './auto-start.ts';

function readReplaces(search: string): string | undefined {
  const id = new URLSearchParams(search).get('replaces');
  return id !== null && /^[A-Za-z0-9]{20}$/.test(id) ? id : undefined;
}

export const useReplaces = (): string | undefined => readReplaces(useLocation().search);

/** With this query string, a page links back to the new-phone page. */
export const fromNewPhone = '?new-phone';

/** The new-phone page if the query string says so, or else the list. */
export function useReturnLink(): { to: string; text: string } | 'list' {
  const t = useTranslate();
  const { search } = useLocation();
  return isMoving(search) ? { to: '/new-phone', text: t('factors.new_phone.title') } : 'list';
}

export const isMoving = (search: string): boolean =>
  readReplaces(search) !== undefined || new URLSearchParams(search).has('new-phone');

type Next = { to: string } & NamedMethod;

/** `next`: the methods to move afterwards. */
export const autoMove = (next: readonly Next[]): object => ({ ...autoStart, next });

export const readNext = (state: unknown): readonly Next[] => (state as { next?: readonly Next[] } | null)?.next ?? [];
