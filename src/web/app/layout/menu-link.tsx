import type { ReactElement, ReactNode } from 'react';
import { Link, useLocation } from 'react-router';

/** `within`: paths of other pages that belong to the link. */
export function MenuLink({ to, within, children }: { to: string; within?: RegExp; children: ReactNode }): ReactElement {
  const { pathname } = useLocation();
  const current = pathname === to ? 'page' : within?.test(pathname) ? 'true' : undefined;
  return (
    <Link className="text-button" to={to} aria-current={current}>
      {children}
    </Link>
  );
}
