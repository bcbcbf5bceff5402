import { createContext, type ReactElement, type ReactNode, use, useCallback, useRef, useState } from 'react';

type Announce = (text: string) => () => void;
const AnnounceContext = createContext<Announce>(() => () => {});

/** The page's live region. It is there from the start: screen readers ignore one that is added with its text. */
export function Announcer({ children }: { children: ReactNode }): ReactElement {
  const [announcement, setAnnouncement] = useState({ text: '', turn: 0 });
  const turns = useRef(0);
  const announce = useCallback<Announce>((text) => {
    const turn = ++turns.current;
    setAnnouncement({ text, turn });
    return () => setAnnouncement((now) => (now.turn === turn ? { text: '', turn } : now));
  }, []);
  return (
    <AnnounceContext value={announce}>
      {children}
      <div className="visually-hidden" role="status" aria-live="polite">
        {/* A new element each time: the same words twice are read twice. */}
        <span key={announcement.turn}>{announcement.text}</span>
      </div>
    </AnnounceContext>
  );
}

/**
 * Announces a sentence to screen readers. It stays until the next sentence or the next page. Returns a function that
 * removes it earlier, for the cleanup of an effect whose sentence is no longer true.
 */
export const useAnnounce = (): Announce => use(AnnounceContext);
