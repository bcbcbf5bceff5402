import { type ReactElement, type ReactNode, useDeferredValue, useEffect, useRef } from 'react';
import { useHydrated } from './hydrated.ts';

/** A button that is a link until React has hydrated it, so early clicks are not lost. */
export function LinkButton({
  href,
  onClick,
  variant = 'button',
  expanded,
  busy,
  children,
}: {
  href: string;
  onClick: () => void;
  variant?: string;
  expanded?: boolean;
  busy?: boolean;
  children: ReactNode;
}): ReactElement {
  // Deferred: a click that makes React hydrate must still find the link, with its handler.
  if (!useDeferredValue(useHydrated()))
    return (
      <a
        className={variant}
        href={href}
        onClick={(event) => {
          event.preventDefault();
          onClick();
        }}
      >
        {children}
      </a>
    );
  return (
    <Button variant={variant} onClick={onClick} expanded={expanded} busy={busy}>
      {children}
    </Button>
  );
}

/**
 * A button that needs the script, so it is disabled until the script runs. While busy it keeps the focus and ignores
 * clicks.
 */
export function Button({
  onClick,
  variant = 'button',
  expanded,
  busy = false,
  type = 'button',
  focusOnMount = false,
  children,
}: {
  onClick?: () => void;
  variant?: string;
  expanded?: boolean;
  busy?: boolean;
  type?: 'button' | 'submit';
  /** Takes the focus when it mounts. */
  focusOnMount?: boolean | undefined;
  children: ReactNode;
}): ReactElement {
  const hydrated = useHydrated();
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (focusOnMount) button.current?.focus();
  }, [focusOnMount]);
  return (
    <button
      ref={button}
      className={variant}
      type={type}
      disabled={!hydrated}
      aria-disabled={busy || undefined}
      aria-expanded={expanded}
      onClick={(event) => {
        if (busy) event.preventDefault();
        else onClick?.();
      }}
    >
      {children}
    </button>
  );
}
