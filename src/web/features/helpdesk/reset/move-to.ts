import { useEffect } from 'react';

/** Moves the focus to the element with this id, or to the first control in it. */
export function moveTo(id: string): void {
  const place = document.getElementById(id);
  if (!place) return;
  place.scrollIntoView({ block: 'nearest' });
  const first = place.matches('input, select, textarea, button')
    ? place
    : (place.querySelector<HTMLElement>('input:not([type="checkbox"]), textarea, select') ??
      place.querySelector<HTMLElement>('input, button:not([disabled]), a[href]'));
  (first ?? place).focus({ preventScroll: true });
}

/** A browser would only scroll to the target of a link within the page. */
export function useLinksWithin(): void {
  useEffect(() => {
    const follow = (event: MouseEvent): void => {
      const link = event.target instanceof Element ? event.target.closest('main a[href^="#"]') : null;
      const id = link?.getAttribute('href')?.slice(1);
      if (!id || !document.getElementById(id)) return;
      event.preventDefault();
      moveTo(id);
    };
    document.addEventListener('click', follow);
    return () => document.removeEventListener('click', follow);
  }, []);
}
