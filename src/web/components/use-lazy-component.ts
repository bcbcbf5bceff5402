import { type ComponentType, useEffect, useState } from 'react';
import { useLocation } from 'react-router';
import { isHelpdeskPath } from '../i18n/english-pages.ts';
import { loadMessages } from '../i18n/load-messages.ts';
import { useLocale } from '../i18n/translate.tsx';
import { NetworkError } from '../api/client/network-error.ts';

type LoadComponent<Props> = () => Promise<{ default: ComponentType<Props> }>;

/** `load`: the same function at each render; undefined while the component is not needed. */
export function useLazyComponent<Props>(load: LoadComponent<Props> | undefined): {
  Component: ComponentType<Props> | undefined;
  error: NetworkError | undefined;
  retry: () => void;
} {
  const [Component, setComponent] = useState<ComponentType<Props>>();
  const [error, setError] = useState<NetworkError>();
  const [tries, setTries] = useState(0);
  const locale = useLocale();
  const part = isHelpdeskPath(useLocation().pathname) ? 'helpdesk' : 'people';
  useEffect(() => {
    if (!load) return undefined;
    let isGone = false;
    setError(undefined);
    Promise.all([load(), loadMessages(locale, part)]).then(
      ([module]) => !isGone && setComponent(() => module.default),
      (cause: unknown) => !isGone && setError(new NetworkError('offline', { cause })),
    );
    return () => {
      isGone = true;
    };
  }, [load, tries, locale, part]);
  return { Component, error, retry: () => setTries((count) => count + 1) };
}
