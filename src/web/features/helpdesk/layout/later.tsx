import { type ComponentType, type ReactElement, useEffect, useState } from 'react';
import { NetworkError } from '../../../api/client/network-error.ts';
import { useTranslate } from '../../../i18n/translate.tsx';
import { Failure } from '../../../components/failure/failure.tsx';
import { Button } from '../../../components/ui/button.tsx';

/** Define it outside of components, because its identity must not change. */
export type Load<Props> = () => Promise<{ default: ComponentType<Props> }>;

/** A part of a page that few people open. It loads when it is first shown. */
export function Later<Props extends object>({ load, props }: { load: Load<Props>; props: Props }): ReactElement {
  const t = useTranslate();
  const [Part, setPart] = useState<ComponentType<Props>>();
  const [failed, setFailed] = useState<unknown>();
  useEffect(() => {
    if (failed !== undefined) return undefined;
    let left = false;
    load().then(
      (module) => !left && setPart(() => module.default),
      (cause: unknown) => !left && setFailed(new NetworkError('offline', { cause })),
    );
    return () => {
      left = true;
    };
  }, [load, failed]);
  if (Part) return <Part {...props} />;
  if (failed === undefined) return <div aria-busy="true" />;
  return (
    <div className="stack">
      <Failure error={failed} />
      <Button onClick={() => setFailed(undefined)}>{t('app.retry.now')}</Button>
    </div>
  );
}
