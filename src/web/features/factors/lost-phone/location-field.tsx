import { useMutation } from '@tanstack/react-query';
import { type ReactElement, useEffect, useId, useRef } from 'react';
import type { Factor } from '#contract/endpoints.ts';
import { methodLocations, type MethodLocation } from '#contract/kinds.ts';
import { request } from '../../../api/client/request.ts';
import { Failure } from '../../../components/failure/failure.tsx';
import { useMethodName } from '../../../components/factor/method-name.ts';
import { useAnnounce } from '../../../components/ui/announcer.tsx';
import { useTranslate } from '../../../i18n/translate.tsx';
import fields from '../../../components/field/field.module.css';
import css from './lost-phone.module.css';

/** Where a method is: shows the guess, and stores what the person says. */
export function LocationField({
  factor,
  location,
}: {
  factor: Factor;
  location: NonNullable<Factor['location']>;
}): ReactElement {
  const t = useTranslate();
  const announce = useAnnounce();
  const id = useId();
  const field = useRef<HTMLSelectElement>(null);
  const name = useMethodName()(factor);
  const placing = useMutation({
    mutationFn: async (at: MethodLocation) =>
      void (await request('setFactorLocation', { params: { factorId: factor.id }, body: { location: at } })),
    onSuccess: () => announce(t('lost-phone.saved')),
  });
  const { mutate } = placing;
  const shown = location.at;
  const before = useRef(shown);
  useEffect(() => {
    const select = field.current;
    if (!select || select.value === shown) return;
    // A choice that was made before the script ran changed the field, and no handler heard of it.
    if (before.current === shown) mutate(select.value as MethodLocation);
    // What changed since, perhaps in another tab, is the newer one.
    else select.value = shown;
    before.current = shown;
  }, [mutate, shown]);
  return (
    <div className={css.location}>
      <label className="visually-hidden" htmlFor={id}>
        {t('lost-phone.where', { name })}
      </label>
      <select
        ref={field}
        id={id}
        className={fields.field}
        defaultValue={shown}
        aria-describedby={location.guessed ? `${id}-guess` : undefined}
        onChange={(event) => mutate(event.target.value as MethodLocation)}
      >
        {shown === 'unknown' && <option value="unknown">{t('lost-phone.location.unknown')}</option>}
        {methodLocations.map((one) => (
          <option key={one} value={one}>
            {t(`lost-phone.location.${one}`)}
          </option>
        ))}
      </select>
      {location.guessed && (
        <p className="fine" id={`${id}-guess`}>
          {t(shown === 'unknown' ? 'lost-phone.tell' : 'lost-phone.guess')}
        </p>
      )}
      {placing.isSuccess && <p className="fine">{t('lost-phone.saved')}</p>}
      <Failure error={placing.error} />
    </div>
  );
}
