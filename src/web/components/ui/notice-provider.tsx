import { createContext, type ReactElement, type ReactNode, use, useCallback, useMemo, useState } from 'react';
import type { MessageId } from '../../i18n/translate.tsx';

/** Shown on the next page. */
export type NoticeText = {
  id: MessageId;
  values?: Record<string, string | number>;
  /** Default: `good`. */
  tone?: 'good' | 'caution';
  /** After a change of methods, the notice offers to end other sessions. */
  offersEnding?: boolean;
};

type NoticeValue = {
  notice: NoticeText | undefined;
  showOnNextPage: (notice: NoticeText) => void;
  onPageChange: () => void;
};
const NoticeContext = createContext<NoticeValue>({
  notice: undefined,
  showOnNextPage: () => {},
  onPageChange: () => {},
});

export function NoticeProvider({ children }: { children: ReactNode }): ReactElement {
  const [pending, setPending] = useState<{ notice: NoticeText; arrived: boolean }>();
  const showOnNextPage = useCallback((notice: NoticeText) => setPending({ notice, arrived: false }), []);
  const onPageChange = useCallback(
    () => setPending((before) => (before && !before.arrived ? { ...before, arrived: true } : undefined)),
    [],
  );
  const notice = pending?.arrived ? pending.notice : undefined;
  const value = useMemo(() => ({ notice, showOnNextPage, onPageChange }), [notice, showOnNextPage, onPageChange]);
  return <NoticeContext value={value}>{children}</NoticeContext>;
}

export const useNotice = (): NoticeValue => use(NoticeContext);
