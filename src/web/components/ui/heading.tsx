import { type ReactElement, type ReactNode, useEffect, useRef } from 'react';
import { Link } from 'react-router';
import { useTranslate } from '../../i18n/translate.tsx';
import { Icon } from './icon.tsx';
import css from './heading.module.css';

/** A `ref` of an element that takes the focus when it appears, as what had it goes. It needs a `tabIndex`. */
export const takeFocus = (element: HTMLElement | null): void => element?.focus();

/**
 * A page's heading, its lead and a link back. `focusOnMount`: takes the focus when it appears, where a page changes in
 * place.
 */
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
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (focusOnMount) heading.current?.focus();
  }, [focusOnMount]);
  const way = back === 'list' ? { to: '/', text: t('factors.list.heading') } : back;
  return (
    <div className={css.heading}>
      {way && (
        <p>
          <Link className={css.back} to={way.to}>
            <Icon name="back" />
            {way.text}
          </Link>
        </p>
      )}
      <h1 ref={heading} tabIndex={-1}>
        {children}
      </h1>
      {lead && <p className={css.lead}>{lead}</p>}
    </div>
  );
}
