import type { ReactElement } from 'react';
import { Link } from 'react-router';
import type { Home, SupportedFactor } from '#contract/endpoints.ts';
import { faceOf } from '../factors/registry.ts';
import { beginAtOnce } from '../factors/begin.ts';
import { useTranslate } from '../i18n/translate.tsx';
import { Badge, Chevron, RowBody } from './row.tsx';
import { useSettings } from './settings.ts';

/**
 * What the org offers and this person has not set up, strongest first. What cannot be added here leads to Okta, where
 * that is known.
 */
export function WaysToAdd({
  home,
  heading,
  recommend = false,
}: {
  home: Home;
  heading?: string;
  /** Says which one we would take. */
  recommend?: boolean;
}): ReactElement | null {
  const t = useTranslate();
  const { oktaSettingsUrl } = useSettings();
  const kinds = new Set(home.factors.map(({ kind }) => kind));
  const ways = home.catalog
    .filter(({ status, kind }) => status === 'NOT_SETUP' && !kinds.has(kind))
    .filter(({ kind, atOkta }) => (faceOf(kind).enroll && !atOkta) || oktaSettingsUrl)
    .toSorted((one, other) => other.strength - one.strength);
  if (ways.length === 0) return heading ? null : <p>{t('add.nothing')}</p>;
  return (
    <section>
      {heading && <h2>{heading}</h2>}
      <ul className="rows">
        {ways.map((way, index) => (
          <li key={`${way.kind} ${way.name}`}>
            <Way way={way} first={index === 0} recommended={recommend && index === 0} elsewhere={oktaSettingsUrl} />
          </li>
        ))}
      </ul>
    </section>
  );
}

/** What of a family is offered, for its sentence. */
const methodsOf = ({ methods = [] }: SupportedFactor): string =>
  methods.length !== 1 ? 'both' : methods[0] === 'push' ? 'push' : 'code';

function Way({
  way,
  first,
  recommended,
  elsewhere,
}: {
  way: SupportedFactor;
  first: boolean;
  recommended: boolean;
  elsewhere: string | null;
}): ReactElement {
  const t = useTranslate();
  const face = faceOf(way.kind);
  const enroll = way.atOkta ? undefined : face.enroll;
  const body = (
    <RowBody
      icon={face.icon}
      name={way.name}
      strength={way.strength}
      badge={recommended && <Badge tone="good">{t('add.recommended')}</Badge>}
      end={
        <>
          <span className={`button wide${first ? ' main' : ''}`}>{t(enroll ? 'add.add' : 'add.at_okta')}</span>
          <Chevron />
        </>
      }
    >
      {t(way.atOkta ? 'add.why_okta' : face.about, { methods: methodsOf(way) })}
      {way.enrollment === 'REQUIRED' && ` ${t('add.required')}`}
    </RowBody>
  );
  if (enroll)
    return (
      <Link className="row" to={enroll.path} state={beginAtOnce}>
        {body}
      </Link>
    );
  return (
    <a className="row" href={elsewhere ?? '/'} rel="noreferrer">
      {body}
    </a>
  );
}
