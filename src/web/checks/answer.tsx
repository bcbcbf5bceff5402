import type { ReactElement } from 'react';
import { useWords } from '../words/words.tsx';
import type { CheckProps } from './registry.ts';

/** A push that is approved on another device. */
export default function AnswerCheck(_: CheckProps): ReactElement {
  const t = useWords();
  return <p>{t('check.unknown')}</p>;
}
