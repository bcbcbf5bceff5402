import type { ReactElement } from 'react';
import type { HelpdeskPerson } from '#contract/helpdesk.ts';
import { useOtherApprover } from '../../../api/helpdesk-queries.ts';
import { ExactTime, RelativeTime } from '../../../components/ui/relative-time.tsx';
import { useFormats } from '../../../i18n/format.ts';
import { kindNames, useMethodName } from '../../../components/factor/method-name.ts';
import { Trans, useTranslate } from '../../../i18n/translate.tsx';
import { changeMessage } from '../messages/change-messages.ts';
import { denialMessage } from '../messages/refusal-messages.ts';
import { AttackSignsNote } from './attack-signs-note.tsx';
import helpdesk from '../layout/helpdesk.module.css';
import css from './person.module.css';

/** Warnings that an agent needs before any operation. */
export function Warnings({ found }: { found: HelpdeskPerson }): ReactElement | null {
  const t = useTranslate();
  const other = useOtherApprover();
  const { warnings } = found;
  const others = warnings.filter((one) => one !== 'frozen');
  return (
    <>
      {found.attackSigns.length > 0 && <AttackSignsNote attackSigns={found.attackSigns} />}
      {warnings.includes('frozen') && <FrozenNote found={found} />}
      {others.length > 0 && (
        <ul className={`note caution ${css.warnings}`}>
          {others.map((one) => {
            const isLocked = one === 'not_active' && found.person.status === 'LOCKED_OUT';
            return (
              <li key={one}>
                <p className="note-head">
                  {t(isLocked ? 'helpdesk.status.LOCKED_OUT' : `helpdesk-person.warn_${one}`)}
                </p>
                <p>
                  {t(`helpdesk-person.warn_${isLocked ? 'locked' : one}_about`, { count: found.wrongCodes, ...other })}
                </p>
              </li>
            );
          })}
        </ul>
      )}
    </>
  );
}

/** Since when the person is frozen, which methods may be an attacker's, and whether this staff member may unfreeze. */
function FrozenNote({
  found: { frozenAt, reported, permissions, factors, suspects },
}: {
  found: HelpdeskPerson;
}): ReactElement {
  const t = useTranslate();
  const formats = useFormats();
  const getMethodName = useMethodName();
  const other = useOtherApprover();
  const names = factors.filter(({ id }) => suspects.includes(id)).map(getMethodName);
  return (
    <div className="note caution">
      <p className="note-head">{t('helpdesk-person.frozen')}</p>
      <p>
        {frozenAt && <Trans id="helpdesk-person.frozen_since" values={{ when: <RelativeTime iso={frozenAt} /> }} />}{' '}
        {t('helpdesk-person.frozen_about')}
      </p>
      {reported.map((one) => (
        <Reported key={`${one.at} ${one.event} ${one.kind}`} reported={one} />
      ))}
      <p>
        {t(names.length > 0 ? 'helpdesk-person.frozen_suspects' : 'helpdesk-person.frozen_no_suspects', {
          names: formats.list(names),
          ...other,
        })}
      </p>
      {!permissions.unfreeze.allowed && <p>{t(denialMessage(permissions.unfreeze.rule))}</p>}
    </div>
  );
}

/** What the person pressed “This wasn’t me” beside, who did it if they know, and when. */
function Reported({
  reported: { at, event, kind, by, way, reportedAt },
}: {
  reported: HelpdeskPerson['reported'][number];
}): ReactElement {
  const t = useTranslate();
  const { list } = useFormats();
  const change = t(changeMessage(event));
  return (
    <p className="strong">
      <Trans
        id={by === null ? 'helpdesk-person.frozen_reported' : 'helpdesk-person.frozen_reported_by'}
        values={{ what: kind ? `${change}: ${kindNames(t, kind, list)}` : change, by, at: <ExactTime iso={at} /> }}
      />{' '}
      <Trans id="helpdesk-person.frozen_reported_at" values={{ way, when: <RelativeTime iso={reportedAt} /> }} />
    </p>
  );
}

/** The details of a person that the helpdesk needs. */
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
            // Two changes can have the same time.
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
        <div>
          <dt>{t('helpdesk-person.groups')}</dt>
          <dd>{person.groups.length > 0 ? formats.list(person.groups) : t('helpdesk-person.none')}</dd>
        </div>
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
        <div>
          <dt>{t('helpdesk-person.notifies')}</dt>
          <dd>{person.notifies.length > 0 ? formats.list(person.notifies) : t('helpdesk-person.no_channel')}</dd>
        </div>
      </dl>
    </aside>
  );
}
