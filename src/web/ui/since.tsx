import type { ReactElement } from 'react';
import type { Factor } from '#contract/endpoints.ts';
import { faceOf } from '../factors/registry.ts';
import { Say, useWords } from '../words/words.tsx';
import { isUnfinished } from './status.ts';
import { When } from './when.tsx';

/** “Security key · added 3 March”, leaving out what the name has said or the org does not know. */
export function Since({ factor }: { factor: Factor }): ReactElement {
  const t = useWords();
  const kind = t(faceOf(factor.kind).name);
  const named = kind.toLowerCase() === factor.name.toLowerCase();
  if (!factor.created) return <>{named ? t(faceOf(factor.kind).about) : kind}</>;
  const when = <When iso={factor.created} />;
  const since = <Say id={isUnfinished(factor) ? 'since.begun' : 'since.added'} values={{ when }} />;
  return named ? (
    since
  ) : (
    <>
      {kind} · {since}
    </>
  );
}
