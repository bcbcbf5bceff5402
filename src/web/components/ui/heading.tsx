import type { ReactElement, ReactNode } from 'react';
import { Link } from 'react-router';
import { useTranslate } from '../../i18n/translate.tsx';
import { Icon } from './icon.tsx';
import css from './heading.module.css';

/** A `ref` for an element that replaces the focused element. The element needs a `tabIndex`. */
export const takeFocus = (element: HTMLElement | null): void => element?.focus();

/** `focusOnMount`: for a page that changes without a navigation. */
export function Heading({
  children,
  lead,
  back,
  focusOnMount,
}: {
  children: ReactNode;
  lead?: ReactNode;
  back?: { to: string; text: string } | 'list';
  focusOnMount?: boolean;
}): ReactElement {
  const t = useTranslate();
  const link = back === 'list' ? { to: '/', text: t('factors.list.heading') } : back;
  return (
    <div className={css.heading}>
      {link && (
        <p>
          <Link className={css.back} to={link.to}>
            <Icon name="back" />
            {link.text}
          </Link>
        </p>
      )}
      <h1 ref={focusOnMount ? takeFocus : null} tabIndex={-1}>
        {children}
      </h1>
      {lead && <p className={css.lead}>{lead}</p>}
    </div>
  );
}
