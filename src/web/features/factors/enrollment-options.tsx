import type { ReactElement } from 'react';
import { Link } from 'react-router';
import type { Home, SupportedFactor } from '#contract/endpoints.ts';
import { getFactorUi } from '../../components/factor/factor-ui.ts';
import { autoStart } from './enrollment/auto-start.ts';
import { useTranslate } from '../../i18n/translate.tsx';
import { Badge, Chevron, RowBody } from '../../components/ui/row.tsx';
import { StrengthLegend } from '../../components/ui/strength.tsx';
import { useSettings } from '../../components/settings.ts';

/**
 * What the org offers and this user has not set up, strongest first. What cannot be added here links to Okta, if its
 * address is known.
 */
export function EnrollmentOptions({
  home,
  heading,
  recommend = false,
}: {
  home: Home;
  heading?: string;
  /** Marks the recommended one. */
  recommend?: boolean;
}): ReactElement | null {
  const t = useTranslate();
  const { oktaSettingsUrl } = useSettings();
  const kinds = new Set(home.factors.map(({ kind }) => kind));
  const options = home.catalog
    // Several keys are normal: a spare is worth more than another kind.
    .filter(({ status, kind }) => kind === 'webauthn' || (status === 'NOT_SETUP' && !kinds.has(kind)))
    .filter(({ kind, atOkta }) => (getFactorUi(kind).enroll && !atOkta) || oktaSettingsUrl)
    .toSorted((one, other) => other.strength - one.strength);
  if (options.length === 0) return heading ? null : <p>{t('factors.add.nothing')}</p>;
  return (
    <section>
      {heading && <h2>{heading}</h2>}
      <ul className="rows">
        {options.map((option, index) => (
          <li key={option.kind}>
            <EnrollmentOption
              option={option}
              isAnother={kinds.has(option.kind)}
              recommended={recommend && index === 0}
              elsewhere={oktaSettingsUrl}
            />
          </li>
        ))}
      </ul>
      {!heading && <StrengthLegend />}
    </section>
  );
}

/** Which parts of Okta Verify are offered, for the description. */
const nameMethods = ({ methods = [] }: SupportedFactor): string =>
  methods.length !== 1 ? 'both' : methods[0] === 'push' ? 'push' : 'code';

function EnrollmentOption({
  option,
  isAnother,
  recommended,
  elsewhere,
}: {
  option: SupportedFactor;
  isAnother: boolean;
  recommended: boolean;
  elsewhere: string | null;
}): ReactElement {
  const t = useTranslate();
  const factorUi = getFactorUi(option.kind);
  const enroll = option.atOkta ? undefined : factorUi.enroll;
  const body = (
    <RowBody
      icon={factorUi.icon}
      name={t(isAnother ? 'factors.add.another_key' : factorUi.name)}
      strength={option.strength}
      badge={recommended && <Badge tone="good">{t('factors.add.recommended')}</Badge>}
      end={
        <>
          <span className={enroll ? 'visually-hidden' : 'fine'}>
            {t(enroll ? 'factors.add.add' : 'factors.add.at_okta')}
          </span>
          <Chevron />
        </>
      }
    >
      {t(option.atOkta ? 'factors.add.why_okta' : factorUi.description, { methods: nameMethods(option) })}
      {option.enrollment === 'REQUIRED' && ` ${t('factors.add.required')}`}
    </RowBody>
  );
  if (enroll)
    return (
      <Link className="row" to={enroll.path} state={autoStart}>
        {body}
      </Link>
    );
  return (
    <a className="row" href={elsewhere ?? '/'} rel="noreferrer">
      {body}
    </a>
  );
}
