import { createContext, type ReactElement, type ReactNode, use, useCallback, useState } from 'react';

const AnnounceContext = createContext<(text: string) => void>(() => {});

/** The page's live region. It is there from the start: screen readers ignore one that is added with its text. */
export function Announcer({ children }: { children: ReactNode }): ReactElement {
  const [announcement, setAnnouncement] = useState({ text: '', turn: 0 });
  const announce = useCallback((text: string) => setAnnouncement(({ turn }) => ({ text, turn: turn + 1 })), []);
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

/** Announces a sentence to screen readers. */
export const useAnnounce = (): ((text: string) => void) => use(AnnounceContext);
