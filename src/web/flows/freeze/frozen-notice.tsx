import { useQueryClient } from '@tanstack/react-query';
import type { ComponentProps, ReactElement } from 'react';
import { sessionQueries } from '../../api/queries.ts';
import { HelpdeskLink, OktaSettingsLink } from '../../components/links.tsx';
import { useTranslate } from '../../i18n/translate.tsx';
import { Heading } from '../../components/ui/heading.tsx';

/** Every page that calls this hook has fetched the session. */
export const useFrozen = (): boolean =>
  useQueryClient().getQueryData(sessionQueries.current().queryKey)?.frozen === true;

export function FrozenNotice(): ReactElement {
  const t = useTranslate();
  return (
    <section className="note caution">
      <p className="note-head">{t('factors.list.frozen')}</p>
      <p>{t('factors.list.frozen_about')}</p>
      <ChangePassword />
      <p>
        <HelpdeskLink />
      </p>
    </section>
  );
}

export const FrozenChange = ({ children, ...heading }: ComponentProps<typeof Heading>): ReactElement => (
  <>
    <Heading {...heading}>{children}</Heading>
    <FrozenNotice />
  </>
);

/** Whoever made a change that the owner does not recognize may also know the owner's password. */
export function ChangePassword(): ReactElement {
  const t = useTranslate();
  return (
    <p>
      {t('factors.list.frozen_password')}{' '}
      <OktaSettingsLink>{t('factors.list.frozen_change_password')}</OktaSettingsLink>
    </p>
  );
}
