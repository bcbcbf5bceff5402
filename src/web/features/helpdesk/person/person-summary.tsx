import type { ReactElement } from 'react';
import type { HelpdeskPerson } from '#contract/helpdesk.ts';
import { RelativeTime } from '../../../components/ui/relative-time.tsx';
import { locales } from '#contract/locale/locales.ts';
import { useSettings } from '../../../components/settings.ts';
import { useFormats } from '../../../i18n/format.ts';
import { kindNames } from '../../../components/factor/method-name.ts';
import { useTranslate } from '../../../i18n/translate.tsx';
import { changeMessage } from '../messages/change-messages.ts';
import helpdesk from '../layout/helpdesk.module.css';
import css from './person.module.css';

export const groupsInHeading = 3;

export function PersonDetails({ found: { person, recentChanges } }: { found: HelpdeskPerson }): ReactElement {
  const t = useTranslate();
  const formats = useFormats();
  const { languages } = useSettings();
  return (
    <aside className={css.about} aria-label={t('helpdesk-person.about')}>
      <h2>{t('helpdesk-person.recent')}</h2>
      {recentChanges.length === 0 ? (
        <p className="fine">{t('helpdesk-person.recent_none')}</p>
      ) : (
        <ol className={css.recent}>
          {recentChanges.map(({ at, event, kind, by }, index) => (
            // Two changes can have the same time, so the key contains the index.
            <li key={`${at}${index}`}>
              <p>
                {t(changeMessage(event))}
                {kind && <>: {kindNames(t, kind, formats.list)}</>}
              </p>
              <p className="fine">
                <RelativeTime iso={at} />
                {by && (
                  <>
                    {' · '}
                    {by}
                  </>
                )}
              </p>
            </li>
          ))}
        </ol>
      )}
      <dl>
        {person.groups.length > groupsInHeading && (
          <div>
            <dt>{t('helpdesk-person.groups')}</dt>
            <dd>{formats.list(person.groups)}</dd>
          </div>
        )}
        {languages.length > 1 && (
          <div>
            <dt>{t('helpdesk-person.language')}</dt>
            <dd>
              {formats.language(person.language)} (<bdi lang={person.language}>{locales[person.language].name}</bdi>)
            </dd>
          </div>
        )}
        {person.phones.length > 0 && (
          <div>
            <dt>{t('helpdesk-person.phones')}</dt>
            {person.phones.map(({ factorId, number, changedRecently }) => (
              <dd key={factorId}>
                <span className={helpdesk.number}>{number}</span>
                {changedRecently && <span className="badge caution">{t('helpdesk-person.recently_changed')}</span>}
              </dd>
            ))}
          </div>
        )}
      </dl>
    </aside>
  );
}
