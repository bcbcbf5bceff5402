import { type ReactElement, type ReactNode, useEffect, useRef } from 'react';
import { useHydrated } from './hydrated.ts';

/**
 * Something to press that acts in the page. Until the script is there it is a link to a page that goes on from there,
 * so that early presses are not lost.
 */
export function Act({
  href,
  onPress,
  look = 'button',
  expanded,
  busy,
  children,
}: {
  href: string;
  onPress: () => void;
  look?: string;
  expanded?: boolean;
  busy?: boolean;
  children: ReactNode;
}): ReactElement {
  if (!useHydrated())
    return (
      <a className={look} href={href}>
        {children}
      </a>
    );
  return (
    <Press look={look} onPress={onPress} {...(expanded !== undefined && { expanded })} {...(busy && { busy })}>
      {children}
    </Press>
  );
}

/**
 * A button that changes something, and so needs the script: asleep until it is there. While busy it keeps the focus and
 * takes no second press.
 */
export function Press({
  onPress,
  look = 'button',
  expanded,
  busy = false,
  type = 'button',
  take = false,
  children,
}: {
  onPress?: () => void;
  look?: string;
  expanded?: boolean;
  busy?: boolean;
  type?: 'button' | 'submit';
  /** Takes the focus when it appears. */
  take?: boolean | undefined;
  children: ReactNode;
}): ReactElement {
  const hydrated = useHydrated();
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (take) button.current?.focus();
  }, [take]);
  return (
    <button
      ref={button}
      className={look}
      type={type}
      disabled={!hydrated}
      aria-disabled={busy || undefined}
      aria-expanded={expanded}
      onClick={(event) => {
        if (busy) event.preventDefault();
        else onPress?.();
      }}
    >
      {children}
    </button>
  );
}
