import { type ReactElement, type ReactNode, useId } from 'react';
import { takeFocus } from '../ui/heading.tsx';
import css from './field.module.css';

/** Attributes of a field's element from which assistive technology finds the label, hint and error. */
export type FieldControl = {
  id: string;
  'aria-describedby': string | undefined;
  'aria-invalid': true | undefined;
  className: string | undefined;
};

type FieldTexts = {
  hint?: ReactNode;
  /** What is wrong with the value. */
  error?: ReactNode;
  /** Why the field is disabled now. */
  blocked?: ReactNode;
};

/**
 * Returns the attributes that connect a field's element to its hint and error. `FieldError` with the same id shows the
 * error.
 */
export const fieldControl = (id: string, { hint, error, blocked }: FieldTexts): Omit<FieldControl, 'className'> => ({
  id,
  'aria-describedby':
    [hint && `${id}-hint`, (error || blocked) && `${id}-error`].filter(Boolean).join(' ') || undefined,
  'aria-invalid': error ? true : undefined,
});

/** The error beside a field. A `blocked` reason takes the focus, because the disabled field loses it. */
export function FieldError({ id, error, blocked }: FieldTexts & { id: string }): ReactElement | null {
  if (!error && !blocked) return null;
  return (
    <p className="error" id={`${id}-error`} {...(blocked ? { ref: takeFocus, tabIndex: -1 } : {})}>
      {blocked || error}
    </p>
  );
}

/** A field with its label, the hint before it and the error after it. `children` renders the field's element. */
export function Field({
  id: givenId,
  label,
  hint,
  children,
  ...problem
}: FieldTexts & {
  /** The id that links to this field use. Default: a generated id. */
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
