import type { ReactElement } from 'react';
import { Link } from 'react-router';
import type { Home, SupportedFactor } from '#contract/endpoints.ts';
import type { FactorKind } from '#contract/kinds.ts';
import { getFactorUi } from '../../components/factor/factor-ui.ts';
import { autoStart } from './enrollment/auto-start.ts';
import { useFormats } from '../../i18n/format.ts';
import { useTranslate } from '../../i18n/translate.tsx';
import css from './enrollment-options.module.css';
import { Badge, Chevron, RowBody } from '../../components/ui/row.tsx';
import { useSettings } from '../../components/settings.ts';
import { DOT } from '../../components/dot.ts';

/** The server guesses in the same way (`locations.ts`). */
export const usuallyOnPhone: ReadonlySet<FactorKind> = new Set(['totp', 'okta-verify', 'sms', 'call']);

/** Strongest first. Methods that only Okta's pages can add are left out if Okta's address is not configured. */
export function listOptions({ factors, catalog }: Home, oktaSettingsUrl: string | null): SupportedFactor[] {
  const kinds = new Set(factors.map(({ kind }) => kind));
  return (
    catalog
      // A person may have several keys: a second key helps more than another kind.
      .filter(({ status, kind }) => kind === 'webauthn' || (status === 'NOT_SETUP' && !kinds.has(kind)))
      .filter(({ kind, atOkta }) => (getFactorUi(kind).enroll && !atOkta) || oktaSettingsUrl)
      .toSorted((one, other) => other.strength - one.strength)
  );
}

/** Beside strong methods, weaker methods are folded away, except those that Okta requires. */
export function EnrollmentOptions({
  home,
  heading,
  recommend = false,
}: {
  home: Home;
  heading?: string;
  /** Marks the strongest method. */
  recommend?: boolean;
}): ReactElement | null {
  const t = useTranslate();
  const formats = useFormats();
  const { oktaSettingsUrl } = useSettings();
  const options = listOptions(home, oktaSettingsUrl);
  if (options.length === 0) return <p>{t(home.factors.length > 0 ? 'factors.add.nothing' : 'factors.add.none')}</p>;
  const isShown = ({ strength, enrollment }: SupportedFactor) => strength >= 3 || enrollment === 'REQUIRED';
  const shown = options.some(({ strength }) => strength >= 3) ? options.filter(isShown) : options;
  const folded = options.filter((option) => !shown.includes(option));
  const renderRows = (some: readonly SupportedFactor[]) => (
    <ul className="rows">
      {some.map((option) => (
        <li key={option.kind}>
          <EnrollmentOption
            option={option}
            isAnother={home.factors.some(({ kind }) => kind === option.kind)}
            recommended={recommend && option === options[0]}
            elsewhere={oktaSettingsUrl}
          />
        </li>
      ))}
    </ul>
  );
  return (
    <section>
      {heading && <h2>{heading}</h2>}
      {renderRows(shown)}
      {folded.length > 0 && (
        <details className={css.more}>
          <summary className="text-button">
            {t('factors.add.more', { names: formats.list(folded.map(({ kind }) => t(getFactorUi(kind).name))) })}
          </summary>
          {renderRows(folded)}
        </details>
      )}
    </section>
  );
}

/** The parts of Okta Verify that the org offers, as a value for the description. */
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
      {t(`factors.strength.${option.strength}`)}
      {DOT}
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
