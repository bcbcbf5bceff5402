import { type ReactElement, type RefObject, useMemo } from 'react';
import { Field } from '../../../../components/field/field.tsx';
import { useHydrated } from '../../../../components/ui/hydrated.ts';
import { useLocale, useTranslate } from '../../../../i18n/translate.tsx';
import { type CountryCode, listCountries, readNumber, readSent } from './numbers.ts';
import css from './phone-field.module.css';

/**
 * Left-to-right mark: keeps the plus sign before the digits among Arabic letters. An `<option>` cannot contain a
 * `<bdi>`.
 */
const LRM = '\u200E';

/** Uncontrolled inputs keep what was typed before hydration. */
export function PhoneField({
  field,
  country,
  onCountry,
  initial,
  problem,
  busy,
}: {
  field: RefObject<HTMLInputElement | null>;
  country: CountryCode;
  onCountry: (country: CountryCode) => void;
  initial?: string | undefined;
  problem?: string | undefined;
  busy: boolean;
}): ReactElement {
  const t = useTranslate();
  const locale = useLocale();
  // Country names differ between the server's and the browser's ICU data, so only the browser lists them.
  const hydrated = useHydrated();
  const countries = useMemo(() => listCountries(locale), [locale]);
  const tidy = (input: HTMLInputElement): void => {
    const number = readNumber(input.value, country);
    if (!number) return;
    // A typed country code overrides the chosen country.
    if (number.country !== country) onCountry(number.country);
    input.value = readSent(number.sent)?.written ?? number.written;
  };
  return (
    <div className={css.phone}>
      <Field label={t('phone.country')}>
        {(control) => (
          <select
            {...control}
            autoComplete="country"
            disabled={busy}
            value={hydrated ? country : ''}
            onChange={(event) => onCountry(event.target.value as CountryCode)}
          >
            {hydrated ? (
              countries.map(({ code, name, calling }) => (
                <option key={code} value={code}>
                  {name} ({LRM}
                  {calling})
                </option>
              ))
            ) : (
              <option value="">…</option>
            )}
          </select>
        )}
      </Field>
      <Field label={t('phone.number')} error={problem}>
        {(control) => (
          <input
            ref={field}
            {...control}
            type="tel"
            name="tel"
            inputMode="tel"
            autoComplete="tel"
            maxLength={40}
            required
            defaultValue={initial}
            readOnly={busy}
            onBlur={(event) => tidy(event.currentTarget)}
          />
        )}
      </Field>
    </div>
  );
}
