import { createContext, type ReactElement, type ReactNode, use, useCallback, useMemo, useState } from 'react';
import type { MessageId } from '../i18n/translate.tsx';

/** What the last act did, said on the page it led to. */
export type NoticeText = {
  id: MessageId;
  values?: Record<string, string | number>;
  /** After a change of methods: whoever else is signed in may be asked to leave. */
  offersEnding?: boolean;
};

type Keeper = { notice: NoticeText | undefined; leave: (notice: NoticeText) => void; turn: () => void };
const NoticeContext = createContext<Keeper>({ notice: undefined, leave: () => {}, turn: () => {} });

/**
 * Keeps one notice from the page of the act to the next one: there it is said, and gone with the page after. In memory,
 * so that a reload does not say it again.
 */
export function NoticeKeeper({ children }: { children: ReactNode }): ReactElement {
  const [kept, setKept] = useState<{ notice: NoticeText; arrived: boolean }>();
  const leave = useCallback((notice: NoticeText) => setKept({ notice, arrived: false }), []);
  const turn = useCallback(
    () => setKept((before) => (before && !before.arrived ? { ...before, arrived: true } : undefined)),
    [],
  );
  const notice = kept?.arrived ? kept.notice : undefined;
  const keeper = useMemo(() => ({ notice, leave, turn }), [notice, leave, turn]);
  return <NoticeContext value={keeper}>{children}</NoticeContext>;
}

export const useNotice = (): Keeper => use(NoticeContext);
