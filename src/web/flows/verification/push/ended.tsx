import type { ReactElement } from 'react';
import { takeFocus } from '../../../components/ui/heading.tsx';
import { type MessageId, useTranslate } from '../../../i18n/translate.tsx';

export function Ended({ messageId }: { messageId: MessageId }): ReactElement {
  return (
    <p className="note caution" ref={takeFocus} tabIndex={-1}>
      {useTranslate()(messageId)}
    </p>
  );
}
