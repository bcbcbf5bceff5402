import { type KeyboardEvent, type ReactElement, useEffect, useEffectEvent, useId, useRef, useState } from 'react';
import { useNavigate } from 'react-router';
import type { PersonFound } from '#contract/helpdesk.ts';
import { useAnnounce } from '../../../components/ui/announcer.tsx';
import { HelpdeskFailure } from '../messages/helpdesk-failure.tsx';
import { useTranslate } from '../../../i18n/translate.tsx';
import { keepTicket } from '../reset/reset-draft.ts';
import { HighlightMatch } from './highlight-match.tsx';
import { statusMessage } from '../messages/status-messages.ts';
import { parseOpening } from './opening.ts';
import { type PeopleSearch, usePeopleSearch } from './use-people-search.ts';
import fields from '../../../components/field/field.module.css';
import css from './people-search.module.css';

/** A combobox as in ARIA 1.2. The first result is selected initially. */
export function PeopleSearchBox(): ReactElement {
  const t = useTranslate();
  const navigate = useNavigate();
  const announce = useAnnounce();
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState('');
  const [chosen, setChosen] = useState(0);
  /** `first`: the agent pressed Enter before the results arrived. `only`: a link opens the one person found. */
  const [eager, setEager] = useState<false | 'first' | 'only'>(false);
  const search = usePeopleSearch(typed);
  const { searched, people, waiting } = search;

  useEffect(() => {
    const { ticket, person, opens } = parseOpening(window.location.search);
    if (ticket !== '') keepTicket(ticket);
    if (person !== '' && field.current) {
      field.current.value = person;
      if (opens) setEager('only');
    }
    // Searches for the text that the agent typed before hydration.
    setTyped(field.current?.value ?? '');
    // Runs after the page's heading has taken the focus.
    queueMicrotask(() => field.current?.focus());
  }, []);

  const open = (person: PersonFound | undefined, replace = false): void => {
    if (person) void navigate(`/helpdesk/people/${person.id}`, { replace });
  };
  const announceResult = useEffectEvent(() => {
    announce(t('helpdesk-search.found', { count: people.length }));
    setChosen(0);
    if (!eager) return;
    setEager(false);
    if (eager === 'first' || people.length === 1) open(people[0], eager === 'only');
  });
  useEffect(() => {
    if (searched !== '') announceResult();
  }, [searched]);

  const onKey = (event: KeyboardEvent): void => {
    const last = people.length - 1;
    const actions: Record<string, () => void> = {
      ArrowDown: () => setChosen((at) => (at >= last ? 0 : at + 1)),
      ArrowUp: () => setChosen((at) => (at <= 0 ? last : at - 1)),
      Enter: () => {
        if (!waiting) return open(people[chosen]);
        setEager('first');
        search.now();
      },
      Escape: () => {
        field.current!.value = '';
        setTyped('');
        setEager(false);
      },
    };
    const go = event.nativeEvent.isComposing ? undefined : actions[event.key];
    if (!go || (people.length === 0 && event.key.startsWith('Arrow'))) return;
    event.preventDefault();
    go();
  };

  const shown = people.length > 0;
  return (
    <div role="search">
      <label className="strong" htmlFor={`${id}field`}>
        {t('helpdesk-search.search')}
      </label>
      <p className="fine" id={`${id}hint`}>
        {t('helpdesk-search.search_hint')}
      </p>
      <input
        ref={field}
        id={`${id}field`}
        className={`${fields.field} ${css.field}`}
        type="text"
        role="combobox"
        aria-expanded={shown}
        aria-controls={`${id}list`}
        aria-autocomplete="list"
        aria-activedescendant={shown ? `${id}${chosen}` : undefined}
        aria-describedby={`${id}hint`}
        autoComplete="off"
        autoCapitalize="off"
        autoCorrect="off"
        spellCheck={false}
        maxLength={100}
        // Uncontrolled, because a value set during hydration would delete the letters that were typed until then.
        onChange={(event) => {
          setEager(false);
          setTyped(event.target.value);
        }}
        onKeyDown={onKey}
      />
      <Results id={id} search={search} chosen={chosen} onChoose={setChosen} onOpen={open} />
    </div>
  );
}

/** The field keeps the focus and handles the keyboard. */
function Results({
  id,
  search,
  chosen,
  onChoose,
  onOpen,
}: {
  id: string;
  search: PeopleSearch;
  chosen: number;
  onChoose: (at: number) => void;
  onOpen: (person: PersonFound) => void;
}): ReactElement {
  const t = useTranslate();
  const { people, searched } = search;
  return (
    <div className={css.results} aria-busy={search.waiting}>
      {people.some(({ about }) => about.length > 0) && <p className={css.said}>{t('helpdesk-search.same_name')}</p>}
      <div
        className={people.length > 0 ? 'rows' : `rows ${css.none}`}
        id={`${id}list`}
        role="listbox"
        aria-label={t('helpdesk.people_title')}
      >
        {people.map((person, at) => (
          // oxlint-disable-next-line click-events-have-key-events -- the field handles the keyboard
          <div
            key={person.id}
            id={`${id}${at}`}
            role="option"
            tabIndex={-1}
            aria-selected={at === chosen}
            className={`row ${css.option}`}
            onMouseMove={() => onChoose(at)}
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => onOpen(person)}
          >
            <Found person={person} searched={searched} />
          </div>
        ))}
      </div>
      {searched !== '' && people.length === 0 && (
        <p className="note caution">{t('helpdesk-search.nobody', { query: searched })}</p>
      )}
      {search.more && <p className="fine">{t('helpdesk-search.more')}</p>}
      {search.limited && <p className="fine">{t('helpdesk-search.limited')}</p>}
      <HelpdeskFailure error={search.error} />
    </div>
  );
}

function Found({ person, searched }: { person: PersonFound; searched: string }): ReactElement {
  const t = useTranslate();
  const { name, login, email, status, attackSigns, about } = person;
  const status_ = statusMessage(status);
  return (
    <span className="row-text">
      <span className="row-name">
        <span className="row-title">
          <HighlightMatch text={name} searched={searched} />
        </span>
        {status !== 'ACTIVE' && <span className="badge caution">{status_ ? t(status_) : status}</span>}
        {attackSigns && <span className="badge caution">{t('helpdesk.attack_signs')}</span>}
      </span>
      <span className="row-about">
        <span>
          <span className="as-is">
            <HighlightMatch text={login} searched={searched} />
          </span>
          {email && (
            <>
              {' · '}
              <span className="as-is">{email}</span>
            </>
          )}
          {about.length > 0 && <span className={css.about}>{about.join(' · ')}</span>}
        </span>
      </span>
    </span>
  );
}
