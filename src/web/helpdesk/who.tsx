import type { ReactElement } from 'react';
import deskWords from 'virtual:words/en/desk';
import type { DeskPerson } from '#contract/helpdesk.ts';
import { When } from '../ui/when.tsx';
import { inOneBreath } from '../words/dates.ts';
import { addWords, Say, useWords, type WordsId } from '../words/words.tsx';
import { deskEvents, isDeskEvent } from './event-words.ts';
import { ruleWords } from './rule-words.ts';

addWords(deskWords);

type Warning = DeskPerson['warnings'][number];
const told: Record<Exclude<Warning, 'frozen'>, [head: WordsId, text: WordsId]> = {
  privileged: ['desk.warn_privileged', 'desk.warn_privileged_about'],
  roles_unknown: ['desk.warn_roles_unknown', 'desk.warn_roles_unknown_about'],
  reset_lately: ['desk.warn_reset_lately', 'desk.warn_reset_lately_about'],
  contact_changed: ['desk.warn_contact_changed', 'desk.warn_contact_changed_about'],
  not_active: ['desk.warn_not_active', 'desk.warn_not_active_about'],
};

/** What an agent must know before she does anything. */
export function Warnings({ found }: { found: DeskPerson }): ReactElement | null {
  const t = useWords();
  const { warnings } = found;
  const others = warnings.filter((one) => one !== 'frozen');
  return (
    <>
      {warnings.includes('frozen') && <FrozenNote found={found} />}
      {others.length > 0 && (
        <ul className="note caution warnings">
          {others.map((one) => {
            const [head, text] = told[one];
            return (
              <li key={one}>
                <p className="note-head">{t(head)}</p>
                <p>{t(text)}</p>
              </li>
            );
          })}
        </ul>
      )}
    </>
  );
}

/** Since when, what may be a thief's, and whether this viewer may lift it; how is said by the steps. */
function FrozenNote({ found: { frozenAt, may, factors, suspects } }: { found: DeskPerson }): ReactElement {
  const t = useWords();
  const names = factors.filter(({ id }) => suspects.includes(id)).map(({ name }) => name);
  return (
    <div className="note caution">
      <p className="note-head">{t('desk.frozen')}</p>
      <p>
        {frozenAt && <Say id="desk.frozen_since" values={{ when: <When iso={frozenAt} /> }} />} {t('desk.frozen_about')}
      </p>
      <p>{t(names.length > 0 ? 'desk.frozen_suspects' : 'desk.frozen_no_suspects', { names: inOneBreath(names) })}</p>
      {!may.unfreeze.allowed && <p>{t(ruleWords(may.unfreeze.rule))}</p>}
    </div>
  );
}

/** Who this is, as far as a desk needs to know. */
export function About({ found: { person, recent } }: { found: DeskPerson }): ReactElement {
  const t = useWords();
  return (
    <aside className="about" aria-label={t('desk.about')}>
      <dl>
        <div>
          <dt>{t('desk.groups')}</dt>
          <dd>{person.groups.length > 0 ? inOneBreath(person.groups) : t('desk.none')}</dd>
        </div>
        {person.phones.length > 0 && (
          <div>
            <dt>{t('desk.phones')}</dt>
            {person.phones.map(({ factorId, number, changedLately }) => (
              <dd key={factorId}>
                <span className="number">{number}</span>
                {changedLately && <span className="badge caution">{t('desk.changed_lately')}</span>}
              </dd>
            ))}
          </div>
        )}
        <div>
          <dt>{t('desk.notifies')}</dt>
          <dd>{person.notifies.length > 0 ? inOneBreath(person.notifies) : t('desk.no_channel')}</dd>
        </div>
      </dl>
      <h2>{t('desk.recent')}</h2>
      {recent.length === 0 ? (
        <p className="fine">{t('desk.recent_none')}</p>
      ) : (
        <ol className="recent">
          {recent.map(({ at, event, method, by }, index) => (
            // Two may stand at the same moment.
            <li key={`${at}${index}`}>
              <p>
                {isDeskEvent(event) ? t(deskEvents[event]) : event}
                {method && <>: {method}</>}
              </p>
              <p className="fine">
                <When iso={at} />
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
    </aside>
  );
}
