import type { ReactElement } from 'react';
import { useWords } from '../words/words.tsx';
import type { CheckProps } from './registry.ts';

/** A security key that is touched. */
export default function KeyCheck(_: CheckProps): ReactElement {
  const t = useWords();
  return <p>{t('check.unknown')}</p>;
}
