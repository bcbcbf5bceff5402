import { createContext, type ReactElement, type ReactNode, use, useCallback, useMemo, useState } from 'react';
import type { MessageId } from '../../i18n/translate.tsx';

/** What the last act did, said on the page it led to. */
export type NoticeText = {
  id: MessageId;
  values?: Record<string, string | number>;
  /** After a change of methods: whoever else is signed in may be asked to leave. */
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

/**
 * Keeps one notice from the page of the act to the next one: there it is said, and gone with the page after. In memory,
 * so that a reload does not say it again.
 */
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
