import { type ReactElement, type ReactNode, useEffect, useId, useRef } from 'react';
import { useHydrated } from './hydrated.ts';

/**
 * A button. A tap before React has hydrated it acts afterwards: until then the browser opens a hidden popover, which
 * remembers the tap without a script. Only one is open: another tap, or Escape, takes the first one back. While busy
 * the button keeps the focus and ignores clicks.
 */
export function Button({
  onClick,
  variant = 'button',
  expanded,
  pressed,
  busy = false,
  type = 'button',
  focusOnMount = false,
  children,
}: {
  onClick?: () => void;
  variant?: string;
  expanded?: boolean;
  pressed?: boolean;
  busy?: boolean;
  type?: 'button' | 'submit';
  /** Takes the focus when it mounts. */
  focusOnMount?: boolean | undefined;
  children: ReactNode;
}): ReactElement {
  const hydrated = useHydrated();
  const memory = useId();
  const button = useRef<HTMLButtonElement>(null);
  const tapped = useRef(false);
  useEffect(() => {
    if (focusOnMount) button.current?.focus();
  }, [focusOnMount]);
  useEffect(() => {
    // After hydration: only then the page knows this browser, and it may have removed the button.
    if (hydrated && tapped.current) button.current?.click();
  }, [hydrated]);
  return (
    <>
      <button
        ref={button}
        className={variant}
        type={hydrated ? type : 'button'}
        aria-disabled={busy || undefined}
        aria-expanded={expanded}
        aria-pressed={pressed}
        {...(!hydrated && { popoverTarget: memory, popoverTargetAction: 'show' })}
        onClick={(event) => {
          if (!hydrated) return;
          if (busy) event.preventDefault();
          else onClick?.();
        }}
      >
        {children}
      </button>
      {!hydrated && (
        <span
          id={memory}
          popover="auto"
          hidden
          ref={(popover) => () => {
            // Older browsers have no popovers, and throw at the selector.
            tapped.current = 'popover' in HTMLElement.prototype && popover!.matches(':popover-open');
          }}
        />
      )}
      {/* Before hydration Enter must not send the form. A disabled submit button prevents it. */}
      {!hydrated && type === 'submit' && <button type="submit" hidden disabled />}
    </>
  );
}
