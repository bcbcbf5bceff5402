import { type ReactElement, useEffect, useRef } from 'react';
import { type MessageId, useTranslate } from '../../../i18n/translate.tsx';

/** What came of it, where the waiting was: takes the focus from what is gone, and is read with it. */
export function Ended({ messageId }: { messageId: MessageId }): ReactElement {
  const t = useTranslate();
  const text = useRef<HTMLParagraphElement>(null);
  useEffect(() => text.current?.focus(), []);
  return (
    <p className="note caution" ref={text} tabIndex={-1}>
      {t(messageId)}
    </p>
  );
}
