import type { ReactElement } from 'react';
import { useOtherApprover } from '../../../api/helpdesk-queries.ts';
import type { HelpdeskPerson } from '#contract/helpdesk.ts';
import { Fact } from '../../../components/ui/fact.tsx';
import { useFormats } from '../../../i18n/format.ts';
import { useMethodName } from '../../../components/factor/method-name.ts';
import { useTranslate } from '../../../i18n/translate.tsx';
import { type ResetView } from './reset-view.ts';

/** Lists what the reset does, what remains, and who is notified. */
export function Consequences({ found: { person }, view }: { found: HelpdeskPerson; view: ResetView }): ReactElement {
  const t = useTranslate();
  const other = useOtherApprover();
  const formats = useFormats();
  const nameOf = useMethodName();
  const { removed, along, restoredByOkta, remaining, needsApproval, operation } = view;
  const resets = operation === 'reset';
  const nothingLeft = remaining.length === 0;
  const recipients = formats.list(person.notifies);
  return (
    <ul className="facts" aria-label={t(resets ? 'helpdesk-reset.summary' : 'helpdesk-reset.summary_unfreeze')}>
      {operation === 'unlock' && (
        <Fact icon="shield" head={t('helpdesk-reset.unlock_effect')}>
          {t('helpdesk-reset.unlock_effect_about')}
        </Fact>
      )}
      {operation === 'unfreeze' && (
        <Fact icon="shield" head={t('helpdesk-reset.unfreeze_effect')}>
          {t('helpdesk-reset.unfreeze_effect_about')}
        </Fact>
      )}
      {removed.length > 0 && (
        <Fact icon="bin" head={t('helpdesk-reset.removed', { names: formats.list(removed.map(nameOf)) })}>
          {along.length > 0 && (
            <>
              {t('helpdesk-reset.also_removed', {
                names: formats.list(along.map((part) => t(`helpdesk-reset.part.${part}`))),
              })}{' '}
            </>
          )}
          {restoredByOkta.length > 0 &&
            t('helpdesk-reset.restored_by_okta', { names: formats.list(restoredByOkta.map(nameOf)) })}
        </Fact>
      )}
      {operation !== 'unlock' && (
        <Fact
          icon={nothingLeft ? 'enter' : 'shield'}
          head={
            nothingLeft
              ? t('helpdesk.remaining_none')
              : t('helpdesk.remaining', { names: formats.list(remaining.map(nameOf)) })
          }
        >
          {!nothingLeft
            ? t('helpdesk-reset.remaining_about')
            : resets &&
              t(
                person.codeTo.length > 0
                  ? 'helpdesk-reset.recovery_code_sent'
                  : 'helpdesk-reset.recovery_code_by_approver',
                { to: formats.list(person.codeTo), ...other },
              )}
        </Fact>
      )}
      {resets && (
        <Fact icon="screen" head={t('helpdesk-reset.signed_out')}>
          {t('helpdesk-reset.signed_out_about')}
        </Fact>
      )}
      <Fact icon="email" head={t(person.notifies.length > 0 ? 'helpdesk-reset.notified' : 'helpdesk.notified_nobody')}>
        {person.notifies.length > 0 &&
          t(operation === 'unfreeze' ? 'helpdesk-reset.notified_unfreeze' : 'helpdesk-reset.notified_about', {
            to: recipients,
          })}
      </Fact>
      {needsApproval && (
        <Fact icon="enter" head={t('helpdesk-reset.approver_first', other)}>
          {t('helpdesk-reset.approver_first_about')}
        </Fact>
      )}
    </ul>
  );
}
