import { useMutation } from '@tanstack/react-query';
import { type ReactElement, useEffect, useId, useRef } from 'react';
import type { Factor } from '#contract/endpoints.ts';
import { places, type Place } from '#contract/kinds.ts';
import { request } from '../../../api/client/request.ts';
import { Failure } from '../../../components/failure/failure.tsx';
import { useMethodName } from '../../../components/factor/method-name.ts';
import { useAnnounce } from '../../../components/ui/announcer.tsx';
import { useTranslate } from '../../../i18n/translate.tsx';
import fields from '../../../components/field/field.module.css';
import css from './lost-phone.module.css';

/** Where a method is: shows the guess, and stores what the person says. */
export function PlaceField({ factor, place }: { factor: Factor; place: NonNullable<Factor['place']> }): ReactElement {
  const t = useTranslate();
  const announce = useAnnounce();
  const id = useId();
  const field = useRef<HTMLSelectElement>(null);
  const name = useMethodName()(factor);
  const placing = useMutation({
    mutationFn: async (at: Place) =>
      void (await request('placeFactor', { params: { factorId: factor.id }, body: { place: at } })),
    onSuccess: () => announce(t('lost-phone.saved')),
  });
  const { mutate } = placing;
  const shown = place.at;
  const before = useRef(shown);
  useEffect(() => {
    const select = field.current;
    if (!select || select.value === shown) return;
    // A choice that was made before the script ran changed the field, and no handler heard of it.
    if (before.current === shown) mutate(select.value as Place);
    // What changed since, perhaps in another tab, is the newer one.
    else select.value = shown;
    before.current = shown;
  }, [mutate, shown]);
  return (
    <div className={css.place}>
      <label className="visually-hidden" htmlFor={id}>
        {t('lost-phone.where', { name })}
      </label>
      <select
        ref={field}
        id={id}
        className={fields.field}
        defaultValue={shown}
        aria-describedby={place.guessed ? `${id}-guess` : undefined}
        onChange={(event) => mutate(event.target.value as Place)}
      >
        {shown === 'unknown' && <option value="unknown">{t('lost-phone.place.unknown')}</option>}
        {places.map((one) => (
          <option key={one} value={one}>
            {t(`lost-phone.place.${one}`)}
          </option>
        ))}
      </select>
      {place.guessed && (
        <p className="fine" id={`${id}-guess`}>
          {t(shown === 'unknown' ? 'lost-phone.tell' : 'lost-phone.guess')}
        </p>
      )}
      <Failure error={placing.error} />
    </div>
  );
}
