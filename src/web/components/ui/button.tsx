import { type ReactElement, type ReactNode, useEffect, useId, useRef } from 'react';
import { useHydrated } from './hydrated.ts';

/**
 * Without a script, a tap opens a hidden popover, which remembers the tap until hydration. A tap on another button, or
 * Escape, closes the popover and so cancels the tap. A busy button keeps the focus and ignores clicks.
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
    // Only after hydration does the page know what this browser supports.
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
            // Older browsers lack popovers and throw on the selector `:popover-open`.
            tapped.current = 'popover' in HTMLElement.prototype && popover!.matches(':popover-open');
          }}
        />
      )}
      {/* A disabled submit button: before hydration, Enter must not send the form. */}
      {!hydrated && type === 'submit' && <button type="submit" hidden disabled />}
    </>
  );
}
