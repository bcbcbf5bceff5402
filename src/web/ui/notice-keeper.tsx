import { createContext, type ReactElement, type ReactNode, use, useMemo, useState } from 'react';
import type { WordsId } from '../words/words.tsx';

/** What the last act did, said on the page it led to. */
export type NoticeText = {
  id: WordsId;
  values?: Record<string, string | number>;
  /** After a change of methods: whoever else is signed in may be asked to leave. */
  offersEnding?: boolean;
};

type Keeper = { notice: NoticeText | undefined; leave: (notice: NoticeText) => void; clear: () => void };
const NoticeContext = createContext<Keeper>({ notice: undefined, leave: () => {}, clear: () => {} });

/** Keeps one notice from one page to the next; in memory, so that a reload does not say it again. */
export function NoticeKeeper({ children }: { children: ReactNode }): ReactElement {
  const [notice, setNotice] = useState<NoticeText>();
  const leave = setNotice;
  const keeper = useMemo(() => ({ notice, leave, clear: () => setNotice(undefined) }), [notice, leave]);
  return <NoticeContext value={keeper}>{children}</NoticeContext>;
}

export const useNotice = (): Keeper => use(NoticeContext);
