import { type RefObject, useEffect, useState } from 'react';
import { type MessageId, useTranslate } from '../../i18n/translate.tsx';
import { useAnnounce } from '../ui/announcer.tsx';

/** `errors`: how many hooks report errors now. `title`: the title without the mark. */
const marked = { errors: 0, title: '' };

/** Marks the title only once, even if several fields have errors. */
export function useErrorTitle(hasErrors: boolean): void {
  const t = useTranslate();
  useEffect(() => {
    if (!hasErrors) return undefined;
    if (marked.errors++ === 0) {
      marked.title = document.title;
      document.title = t('app.title_error', { title: marked.title });
    }
    return () => {
      if (--marked.errors === 0) document.title = marked.title;
    };
  }, [hasErrors, t]);
}

/**
 * A new error moves the focus to the field and is announced. `refused`: the server's message. `cause`: a new object for
 * each refusal, even if its text is the same. `select`: selects the value, so that the person can type a new value.
 */
export function useFieldError(
  field: RefObject<HTMLInputElement | null>,
  refused?: string,
  cause?: unknown,
  select = false,
): [error: string | undefined, setError: (id: MessageId | undefined, values?: Record<string, number>) => void] {
  const t = useTranslate();
  const announce = useAnnounce();
  const [ownError, setOwnError] = useState<{ id: MessageId; values: Record<string, number> | undefined }>();
  const error = ownError ? t(ownError.id, ownError.values) : refused;
  useErrorTitle(error !== undefined);
  useEffect(() => {
    if (error === undefined) return;
    field.current?.focus();
    if (select) field.current?.select();
    return announce(error);
  }, [field, error, ownError, cause, select, announce]);
  return [error, (id, values) => setOwnError(id && { id, values })];
}
