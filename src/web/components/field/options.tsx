import type { ReactElement } from 'react';
import { useTranslate, type MessageId } from '../../i18n/translate.tsx';

type Props = { texts: Readonly<Record<string, MessageId>>; choose?: MessageId };

export function Options({ texts, choose }: Props): ReactElement {
  const t = useTranslate();
  return (
    <>
      {choose && (
        <option value="" disabled>
          {t(choose)}
        </option>
      )}
      {Object.entries(texts).map(([value, text]) => (
        <option key={value} value={value}>
          {t(text)}
        </option>
      ))}
    </>
  );
}
