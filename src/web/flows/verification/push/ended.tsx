import { type ReactElement, useEffect, useRef } from 'react';
import { type MessageId, useTranslate } from '../../../i18n/translate.tsx';

/** The result, in place of the waiting screen. It takes the focus, so screen readers read it. */
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
