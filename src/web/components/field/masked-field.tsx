import { type ReactElement, type RefObject, useState } from 'react';
import { useTranslate } from '../../i18n/translate.tsx';
import { Button } from '../ui/button.tsx';
import type { FieldControl } from './field.tsx';
import css from './masked-field.module.css';

/** Not a password field, because browsers and password managers would save the value. */
export function MaskedField({
  field,
  control,
  busy,
  disabled,
  initial,
}: {
  field: RefObject<HTMLInputElement | null>;
  control: FieldControl;
  busy: boolean;
  disabled?: boolean;
  initial?: string | undefined;
}): ReactElement {
  const t = useTranslate();
  const [open, setOpen] = useState(false);
  return (
    <div className={css.row}>
      <input
        ref={field}
        {...control}
        className={open ? control.className : `${control.className} ${css.masked}`}
        type="text"
        autoComplete="off"
        autoCapitalize="off"
        autoCorrect="off"
        spellCheck={false}
        data-1p-ignore=""
        data-lpignore="true"
        data-bwignore=""
        maxLength={100}
        required
        readOnly={busy}
        disabled={disabled}
        defaultValue={initial}
      />
      <Button pressed={open} onClick={() => setOpen(!open)}>
        {t('verification.code.show')}
      </Button>
    </div>
  );
}
