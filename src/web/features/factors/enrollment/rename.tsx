import { type ReactElement, type SyntheticEvent, useEffect, useRef } from 'react';
import type { Factor } from '#contract/endpoints.ts';
import { request } from '../../../api/client/request.ts';
import { useSingleMutation } from '../../../api/use-single-mutation.ts';
import { Button } from '../../../components/ui/button.tsx';
import { keepDraft, readDraft } from '../../../components/field/draft.ts';
import { Field } from '../../../components/field/field.tsx';
import { useAnnounce } from '../../../components/ui/announcer.tsx';
import { Failure } from '../../../components/failure/failure.tsx';
import { takeFocus } from '../../../components/ui/heading.tsx';
import { useMethodName } from '../../../components/factor/method-name.ts';
import { useTranslate } from '../../../i18n/translate.tsx';
import fields from '../../../components/field/field.module.css';
import css from './enrollment.module.css';

/** An empty name deletes the owner's name. `offered`: opened from the start, for a new method. */
export function Rename({ factor, offered = false }: { factor: Factor; offered?: boolean }): ReactElement {
  const t = useTranslate();
  const announce = useAnnounce();
  const getName = useMethodName();
  const field = useRef<HTMLInputElement>(null);
  const box = useRef<HTMLDetailsElement>(null);
  // The draft keeps a half-typed name if the session ends.
  const draft = `rename:${factor.id}`;
  useEffect(() => {
    const draftName = readDraft<string>(draft);
    if (draftName === undefined || !field.current || !box.current) return;
    field.current.value = draftName;
    box.current.open = true;
  }, [draft]);
  const naming = useSingleMutation({
    mutationFn: async (name: string) => {
      const reply = await request('nameFactor', { params: { factorId: factor.id }, body: { name } });
      return getName(reply.factor);
    },
    onSuccess: () => {
      keepDraft(draft, undefined);
      announce(t('method.renamed'));
      if (!box.current) return;
      box.current.open = false;
      box.current.querySelector('summary')?.focus();
    },
  });
  const send = (event: SyntheticEvent): void => {
    event.preventDefault();
    naming.mutate(field.current?.value.trim() ?? '');
  };
  if (offered && naming.isSuccess)
    return (
      <p tabIndex={-1} ref={takeFocus}>
        {t('method.named', { name: naming.data })}
      </p>
    );
  return (
    <details className={css.disclosure} ref={box} open={offered}>
      <summary>{t(offered ? 'method.name_it' : 'method.rename')}</summary>
      <form className={fields.form} method="post" onSubmit={send}>
        <Field label={t('method.name')} hint={t('method.name_about')}>
          {(control) => (
            <div className={css.rename}>
              <input
                ref={field}
                {...control}
                type="text"
                autoComplete="off"
                maxLength={40}
                defaultValue={factor.name ?? factor.suggestedName ?? ''}
                readOnly={naming.isPending}
                onChange={({ target: { value } }) =>
                  keepDraft(draft, value === (factor.name ?? '') ? undefined : value)
                }
              />
              <Button type="submit" busy={naming.isPending}>
                {t('method.save_name')}
              </Button>
            </div>
          )}
        </Field>
        <Failure error={naming.error} />
      </form>
    </details>
  );
}
