import { type AroundNavHandler, useRouter } from 'wouter';
import { useLocationProperty } from 'wouter/use-browser-location';

type Visit = {
  pathname: string;
  search: string;
  /** The person came here by Back or Forward. */
  traversed: boolean;
};

const visitNow = (traversed: boolean): Visit => ({
  pathname: window.location.pathname,
  search: window.location.search,
  traversed,
});

let visits = 0;
let visit: Visit | undefined;
const current = (): Visit => (visit ??= visitNow(false));
// wouter dispatches the first two. It subscribes later than this, so its subscribers read the new visit.
if (typeof window !== 'undefined')
  for (const event of ['pushState', 'replaceState', 'popstate'])
    window.addEventListener(event, ({ type }) => {
      visits++;
      visit = visitNow(type === 'popstate');
    });

/**
 * Returns the page's address as the browser writes it; wouter's own hooks decode it. Each navigation gives a new
 * object, also one to the same address.
 */
export function useLocation(): Visit {
  const { ssrPath, ssrSearch = '' } = useRouter();
  useLocationProperty(
    () => visits,
    () => visits,
  );
  return ssrPath === undefined ? current() : { pathname: ssrPath, search: ssrSearch, traversed: false };
}

/** Returns the method that a page replaces, from its address. */
export function replacedIn(search: string): string | undefined {
  const given = new URLSearchParams(search).get('replaces');
  return given !== null && /^[A-Za-z0-9]{20}$/.test(given) ? given : undefined;
}

/** Lets a link to the page that is shown replace its history entry, as a browser's own links do. */
export const navigateOnce: AroundNavHandler = (navigate, to, options) =>
  navigate(to, { ...options, replace: options?.replace || to === `${current().pathname}${current().search}` });
