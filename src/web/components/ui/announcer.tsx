import { createContext, type ReactElement, type ReactNode, use, useCallback, useState } from 'react';

const AnnounceContext = createContext<(text: string) => void>(() => {});

/**
 * Holds the one live region; it stands in the page from the start, since regions that arrive with their text are not
 * read.
 */
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

/** Says a sentence to who listens to the page instead of seeing it. */
export const useAnnounce = (): ((text: string) => void) => use(AnnounceContext);
