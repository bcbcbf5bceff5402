import { type ReactElement, type ReactNode, useEffect, useRef } from 'react';
import { useHydrated } from './hydrated.ts';

/**
 * Something to press that acts in the page. Until the script is there it is a link to a page that goes on from there,
 * so that early presses are not lost.
 */
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
  if (!useHydrated())
    return (
      <a className={variant} href={href}>
        {children}
      </a>
    );
  return (
    <Button variant={variant} onClick={onClick} {...(expanded !== undefined && { expanded })} {...(busy && { busy })}>
      {children}
    </Button>
  );
}

/**
 * A button that changes something, and so needs the script: asleep until it is there. While busy it keeps the focus and
 * takes no second press.
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
  /** Takes the focus when it appears. */
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
