import { createContext, type ReactElement, type ReactNode, use, useCallback, useRef, useState } from 'react';

type Announce = (text: string) => () => void;
const AnnounceContext = createContext<Announce>(() => () => {});

/** Exists from the start, because screen readers ignore a live region that is added together with its text. */
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
        {/* A new element each time, so that screen readers also read a repeated sentence. */}
        <span key={announcement.turn}>{announcement.text}</span>
      </div>
    </AnnounceContext>
  );
}

/** The sentence stays until the next sentence or page. The returned function removes it earlier. */
export const useAnnounce = (): Announce => use(AnnounceContext);
