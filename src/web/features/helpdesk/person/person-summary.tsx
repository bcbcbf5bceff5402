import type { ReactElement } from 'react';
import type { HelpdeskPerson } from '#contract/helpdesk.ts';
import { RelativeTime } from '../../../components/ui/relative-time.tsx';
import { locales, sourceLocale } from '#contract/locale/locales.ts';
import { useFormats } from '../../../i18n/format.ts';
import { kindNames } from '../../../components/factor/method-name.ts';
import { useTranslate } from '../../../i18n/translate.tsx';
import { changeMessage } from '../messages/change-messages.ts';
import css from './person.module.css';

export const groupsInHeading = 3;

export function PersonDetails({ found: { person, recentChanges } }: { found: HelpdeskPerson }): ReactElement {
  const t = useTranslate();
  const formats = useFormats();
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
                {by && ` · ${by}`}
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
        {person.language !== sourceLocale && (
          <div>
            <dt>{t('helpdesk-person.language')}</dt>
            <dd>
              {formats.language(person.language)} (<bdi lang={person.language}>{locales[person.language].name}</bdi>)
            </dd>
          </div>
        )}
      </dl>
    </aside>
  );
}
