import type { ReactElement } from 'react';
import type { EnrollBody } from '#contract/endpoints.ts';
import { Act } from '../../ui/act.tsx';
import { SimulatorHint } from '../../ui/simulator-hint.tsx';
import { Failure } from '../../ui/failure.tsx';
import { type WordsId, useWords } from '../../words/words.tsx';
import type { StartProps } from './steps.ts';

/** The start of a kind that asks nothing first: what will happen, and one button. */
export function StartButton({
  begin,
  busy,
  error,
  path,
  usual,
  words,
}: StartProps & { path: string; usual: EnrollBody; words: Record<'before' | 'act' | 'busy', WordsId> }): ReactElement {
  const t = useWords();
  return (
    <div className="stack" aria-busy={busy}>
      <p>{t(words.before)}</p>
      <SimulatorHint />
      <Failure error={error} />
      <div className="acts">
        <Act look="button main" href={path} busy={busy} onPress={() => begin(usual)}>
          {t(busy ? words.busy : words.act)}
        </Act>
      </div>
    </div>
  );
}
