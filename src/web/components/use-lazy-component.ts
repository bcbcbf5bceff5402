import { type ComponentType, useEffect, useState } from 'react';
import { NetworkError } from '../api/client/network-error.ts';

type LoadComponent<Props> = () => Promise<{ default: ComponentType<Props> }>;

/**
 * Loads the code of a component, and tells why that failed.
 * @param load the same function at each render; undefined while the component is not needed
 */
export function useLazyComponent<Props>(load: LoadComponent<Props> | undefined): {
  Component: ComponentType<Props> | undefined;
  error: NetworkError | undefined;
  retry: () => void;
} {
  const [Component, setComponent] = useState<ComponentType<Props>>();
  const [error, setError] = useState<NetworkError>();
  const [tries, setTries] = useState(0);
  useEffect(() => {
    if (!load) return undefined;
    let isGone = false;
    setError(undefined);
    load().then(
      (module) => !isGone && setComponent(() => module.default),
      (cause: unknown) => !isGone && setError(new NetworkError('offline', { cause })),
    );
    return () => {
      isGone = true;
    };
  }, [load, tries]);
  return { Component, error, retry: () => setTries((count) => count + 1) };
}
