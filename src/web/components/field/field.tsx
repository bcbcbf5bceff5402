import { type ReactElement, type ReactNode, useId } from 'react';

/** What a field's element needs so that assistive technology finds its label, hint and error. */
export type FieldControl = {
  id: string;
  'aria-describedby': string | undefined;
  'aria-invalid': true | undefined;
};

type FieldTexts = {
  hint?: ReactNode;
  /** What is wrong with the value. */
  error?: ReactNode;
  /** Why the field takes no value now. */
  blocked?: ReactNode;
};

/** Ties a field's element to its hint and error; the error is shown by `FieldError` with the same id. */
export const fieldControl = (id: string, { hint, error, blocked }: FieldTexts): FieldControl => ({
  id,
  'aria-describedby':
    [hint && `${id}-hint`, (error || blocked) && `${id}-error`].filter(Boolean).join(' ') || undefined,
  'aria-invalid': error ? true : undefined,
});

const takeFocus = (element: HTMLElement | null): void => element?.focus();

/** The error beside a field. A reason why it is blocked takes the focus, since the field has lost it. */
export function FieldError({ id, error, blocked }: FieldTexts & { id: string }): ReactElement | null {
  if (!error && !blocked) return null;
  return (
    <p className="error" id={`${id}-error`} {...(blocked ? { ref: takeFocus, tabIndex: -1 } : {})}>
      {blocked || error}
    </p>
  );
}

/** A field with its label, its hint before it and its error after it. `children` draws the element itself. */
export function Field({
  id: givenId,
  label,
  hint,
  children,
  ...problem
}: FieldTexts & {
  /** Where links lead to the field. */
  id?: string;
  label: ReactNode;
  children: (control: FieldControl) => ReactNode;
}): ReactElement {
  const ownId = useId();
  const id = givenId ?? ownId;
  return (
    <div>
      <label htmlFor={id}>{label}</label>
      {hint && (
        <p className="fine" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {children(fieldControl(id, { hint, ...problem }))}
      <FieldError id={id} {...problem} />
    </div>
  );
}
