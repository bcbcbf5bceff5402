import { type ComponentType, type ReactElement, useEffect, useState } from 'react';
import { NetworkError } from '../../../api/client/network-error.ts';
import { loadWithMessages } from '../../../i18n/load-messages.ts';
import type { Feature } from '../../../i18n/message-ids.ts';
import { useLocale, useTranslate } from '../../../i18n/translate.tsx';
import { Failure } from '../../../components/failure/failure.tsx';
import { Button } from '../../../components/ui/button.tsx';

/** A component with the catalogs that it shows. Create it outside of components, so that it stays the same. */
export type LaterPart<Props> = {
  load: () => Promise<{ default: ComponentType<Props> }>;
  messages: readonly Feature[];
};

/** A part of a page that few open: its code and its texts load when it is first shown. */
export function Later<Props extends object>({ part, props }: { part: LaterPart<Props>; props: Props }): ReactElement {
  const t = useTranslate();
  const locale = useLocale();
  const [Part, setPart] = useState<ComponentType<Props>>();
  const [failed, setFailed] = useState<unknown>();
  useEffect(() => {
    if (failed !== undefined) return undefined;
    let left = false;
    loadWithMessages(part.load, locale, part.messages).then(
      (module) => !left && setPart(() => module.default),
      (cause: unknown) => !left && setFailed(new NetworkError('offline', { cause })),
    );
    return () => {
      left = true;
    };
  }, [part, locale, failed]);
  if (Part) return <Part {...props} />;
  if (failed === undefined) return <div aria-busy="true" />;
  return (
    <div className="stack">
      <Failure error={failed} />
      <Button onClick={() => setFailed(undefined)}>{t('app.retry.now')}</Button>
    </div>
  );
}
