import type { ReactElement } from 'react';
import { useOtherApprover } from '../../../api/helpdesk-queries.ts';
import type { HelpdeskPerson, OperationPlan } from '#contract/helpdesk.ts';
import { Fact } from '../../../components/ui/fact.tsx';
import { useFormats } from '../../../i18n/format.ts';
import { useMethodName } from '../../../components/factor/method-name.ts';
import { useTranslate } from '../../../i18n/translate.tsx';
import { isNeedSaid, needsApprover } from './use-plan.ts';

export function Consequences({ found, plan }: { found: HelpdeskPerson; plan: OperationPlan }): ReactElement {
  const t = useTranslate();
  const other = useOtherApprover();
  const { operation } = plan;
  const resets = operation === 'reset';
  return (
    <ul className="facts" aria-label={t(resets ? 'helpdesk-reset.summary' : 'helpdesk-reset.summary_unfreeze')}>
      {!resets && (
        <Fact icon="shield" head={t(`helpdesk-reset.${operation}_effect`)}>
          {t(`helpdesk-reset.${operation}_effect_about`)}
        </Fact>
      )}
      <Removed found={found} plan={plan} />
      {resets && <Remaining found={found} plan={plan} />}
      {resets && <Fact icon="screen" head={t('helpdesk-reset.signed_out')} />}
      <Notified plan={plan} />
      {needsApprover(plan) && !isNeedSaid(found) && (
        <Fact icon="enter" head={t('helpdesk-reset.approver_first', other)} />
      )}
    </ul>
  );
}

type Props = { found: HelpdeskPerson; plan: OperationPlan };

function Removed({ found: { factors }, plan: { removed } }: Props): ReactElement | null {
  const t = useTranslate();
  const { list } = useFormats();
  const getMethodName = useMethodName();
  if (removed.length === 0) return null;
  const listNames = (some: OperationPlan['removed']) =>
    list(factors.filter(({ id }) => some.some(({ factorId }) => factorId === id)).map(getMethodName));
  const parts = removed.flatMap((one) => one.parts);
  const restored = removed.filter(({ restoredByOkta }) => restoredByOkta);
  return (
    <Fact icon="bin" head={t('helpdesk-reset.removed', { names: listNames(removed) })}>
      {parts.length > 0 && (
        <>{t('helpdesk-reset.also_removed', { names: list(parts.map((part) => t(`helpdesk-reset.part.${part}`))) })} </>
      )}
      {restored.length > 0 && t('helpdesk-reset.restored_by_okta', { names: listNames(restored) })}
    </Fact>
  );
}

function Remaining({ found: { factors }, plan: { remaining, recoveryCode } }: Props): ReactElement {
  const t = useTranslate();
  const other = useOtherApprover();
  const { list } = useFormats();
  const getMethodName = useMethodName();
  if (remaining.length > 0) {
    const names = list(factors.filter(({ id }) => remaining.includes(id)).map(getMethodName));
    return <Fact icon="shield" head={t('helpdesk.remaining', { names })} />;
  }
  return (
    <Fact icon="enter" head={t('helpdesk.remaining_none')}>
      {recoveryCode &&
        t(recoveryCode.inPerson ? 'helpdesk-reset.recovery_code_by_approver' : 'helpdesk-reset.recovery_code_sent', {
          to: list(recoveryCode.sentTo),
          ...other,
        })}
    </Fact>
  );
}

function Notified({ plan: { notifies, notifiesRemoved } }: Pick<Props, 'plan'>): ReactElement {
  const t = useTranslate();
  const { list } = useFormats();
  const told = notifies.length > 0 && t('helpdesk-reset.notified', { to: list(notifies) });
  if (!told && notifiesRemoved === 0) return <Fact icon="email" head={t('helpdesk.notified_nobody')} />;
  const removed = notifiesRemoved > 0 && t('helpdesk-reset.notified_removed');
  return <Fact icon="email" head={[told, removed].filter(Boolean).join(' ')} />;
}
