import { useQuery } from '@tanstack/react-query';
import { type ReactElement, useEffect, useState } from 'react';
import type { CheckMeans } from '#contract/kinds.ts';
import { NetworkError } from '../client/network-error.ts';
import { factorQueries } from '../client/queries.ts';
import { Press } from '../ui/act.tsx';
import { Failure } from '../ui/failure.tsx';
import { useWords } from '../words/words.tsx';
import { type CheckProps, type CheckScreen, checks } from './registry.ts';

/** Checks a method in its own way. @param by how; null asks first, where only the method is known. */
export function Check({ by, ...props }: CheckProps & { by: CheckMeans | null }): ReactElement {
  return by === null ? <AskedCheck {...props} /> : <KnownCheck by={by} {...props} />;
}

function AskedCheck(props: CheckProps): ReactElement {
  const t = useWords();
  const { data, error } = useQuery(factorQueries.detail(props.factorId));
  if (error) return <Failure error={error} />;
  if (!data) return <div className="check-place" aria-busy="true" />;
  const [best] = data.checks;
  return best ? <KnownCheck {...props} by={best.by} factorId={best.factorId} /> : <p>{t('check.unknown')}</p>;
}

/** What is not here yet is fetched, with its place kept. A newer BFF may name a way that this page does not know. */
function KnownCheck({ by, ...props }: CheckProps & { by: CheckMeans }): ReactElement {
  const t = useWords();
  const way = Object.hasOwn(checks, by) ? checks[by] : undefined;
  const [fetched, setFetched] = useState<CheckScreen>();
  const [failed, setFailed] = useState<unknown>();
  const [tries, setTries] = useState(0);
  const load = way && 'load' in way ? way.load : undefined;
  useEffect(() => {
    if (!load) return undefined;
    let left = false;
    load().then(
      (module) => !left && setFetched(() => module.default),
      (cause: unknown) => !left && setFailed(new NetworkError('offline', { cause })),
    );
    return () => {
      left = true;
    };
  }, [load, tries]);

  const Screen = way && 'screen' in way ? way.screen : fetched;
  if (Screen) return <Screen {...props} />;
  if (!way) return <p>{t('check.unknown')}</p>;
  if (failed === undefined) return <div className="check-place" aria-busy="true" />;
  const again = (): void => {
    setFailed(undefined);
    setTries((count) => count + 1);
  };
  return (
    <div className="stack">
      <Failure error={failed} />
      <Press onPress={again}>{t('retry.now')}</Press>
    </div>
  );
}
