import { type ReactElement, type ReactNode, useId } from 'react';
import { takeFocus } from '../ui/heading.tsx';
import css from './field.module.css';

/** Assistive technology finds the label, hint and error from these attributes. */
export type FieldControl = {
  id: string;
  'aria-describedby': string | undefined;
  'aria-invalid': true | undefined;
  className: string | undefined;
};

type FieldTexts = {
  hint?: ReactNode;
  error?: ReactNode;
  blocked?: ReactNode;
};

/** `FieldError` with the same id shows the error. */
export const fieldControl = (id: string, { hint, error, blocked }: FieldTexts): Omit<FieldControl, 'className'> => ({
  id,
  'aria-describedby':
    [hint && `${id}-hint`, (error || blocked) && `${id}-error`].filter(Boolean).join(' ') || undefined,
  'aria-invalid': error ? true : undefined,
});

/** A `blocked` reason takes the focus, because the disabled field loses it. */
export function FieldError({ id, error, blocked }: FieldTexts & { id: string }): ReactElement | null {
  if (!error && !blocked) return null;
  return (
    <p className="error" id={`${id}-error`} {...(blocked ? { ref: takeFocus, tabIndex: -1 } : {})}>
      {blocked || error}
    </p>
  );
}

export function Field({
  id: givenId,
  label,
  hint,
  children,
  ...problem
}: FieldTexts & {
  /** Links to this field use this id. Default: a generated id. */
  id?: string;
  label: ReactNode;
  children: (control: FieldControl) => ReactNode;
}): ReactElement {
  const ownId = useId();
  const id = givenId ?? ownId;
  return (
    <div>
      <label className={css.label} htmlFor={id}>
        {label}
      </label>
      {hint && (
        <p className={`fine ${css.hint}`} id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {children({ ...fieldControl(id, { hint, ...problem }), className: css.field })}
      <FieldError id={id} {...problem} />
    </div>
  );
}
