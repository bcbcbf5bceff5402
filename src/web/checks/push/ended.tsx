import { type ReactElement, useEffect, useRef } from 'react';
import { type WordsId, useWords } from '../../words/words.tsx';

/** What came of it, where the waiting was: takes the focus from what is gone, and is read with it. */
export function Ended({ words }: { words: WordsId }): ReactElement {
  const t = useWords();
  const text = useRef<HTMLParagraphElement>(null);
  useEffect(() => text.current?.focus(), []);
  return (
    <p className="note caution" ref={text} tabIndex={-1}>
      {t(words)}
    </p>
  );
}
