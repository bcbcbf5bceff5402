import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import type { Approval } from '#contract/helpdesk.ts';
import { helpdeskQueries } from '../../../api/helpdesk-queries.ts';
import { requestHelpdesk } from '../../../api/client/request-helpdesk.ts';
import { Button } from '../../../components/ui/button.tsx';
import { Field } from '../../../components/field/field.tsx';
import { Options } from '../../../components/field/options.tsx';
import { useTranslate } from '../../../i18n/translate.tsx';
import { useFirstFocus } from '../layout/use-first-focus.ts';
import { withdrawalMessages } from '../messages/withdrawal-messages.ts';
import { HelpdeskFailure } from '../messages/helpdesk-failure.tsx';
import { keepDraft } from './reset-draft.ts';

type Withdrawal = keyof typeof withdrawalMessages;

/**
 * Withdraws the agent's own request, with a reason. What was chosen and written for it, and a verification that still
 * holds, are there again on the person's page.
 */
export default function WithdrawRequest({
  request,
  onClose,
}: {
  request: Approval;
  /** Called when it is withdrawn, or the agent leaves it as it is. */
  onClose: (withdrawn: boolean) => void;
}): ReactElement {
  const t = useTranslate();
  const client = useQueryClient();
  const chosen = useFirstFocus<HTMLSelectElement>();
  const { id, person, methods, all, reason, ticket, note, unlocks } = request;
  const withdrawing = useMutation({
    mutationFn: async () => {
      const body = { reason: chosen.current!.value as Withdrawal };
      const { callerVerificationId } = await requestHelpdesk('withdrawApproval', { params: { id }, body });
      keepDraft(person.id, {
        selected: all ? 'all' : methods.map((method) => method.id),
        unlocks,
        reason: reason === 'locked-out' ? '' : reason,
        ticket,
        note: note ?? '',
        callerVerificationId,
        unverified: callerVerificationId === null && request.callerVerificationType === null,
      });
    },
    onSuccess: async () => {
      await client.invalidateQueries(helpdeskQueries.person(person.id));
      onClose(true);
    },
  });
  return (
    <form
      className="stack"
      method="post"
      onSubmit={(event) => {
        event.preventDefault();
        withdrawing.mutate();
      }}
    >
      <Field label={t('helpdesk-withdraw.reason')}>
        {(control) => (
          <select ref={chosen} {...control}>
            <Options texts={withdrawalMessages} />
          </select>
        )}
      </Field>
      <p className="fine">{t('helpdesk-withdraw.about')}</p>
      <div className="actions">
        <Button type="submit" busy={withdrawing.isPending || withdrawing.isSuccess}>
          {t('helpdesk-withdraw.submit')}
        </Button>
        <Button variant="text-button" onClick={() => onClose(false)}>
          {t('helpdesk-withdraw.cancel')}
        </Button>
      </div>
      <HelpdeskFailure error={withdrawing.error} />
    </form>
  );
}
