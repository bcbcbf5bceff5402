import type { ReactElement, ReactNode } from 'react';
import { useTranslate } from '../../../i18n/translate.tsx';
import { VerifyCaller } from '../caller-verification/verify-caller.tsx';
import { ChooseMethods, ChooseOther } from '../reset/choose-methods.tsx';
import { canReset, otherOperation } from '../reset/reset-draft.ts';
import { ReasonForm } from '../reset/reason-form.tsx';
import type { ResetState } from './use-reset.ts';

/** In the order of a call: what is lost, why, who calls. */
export function ResetSteps({ reset }: { reset: ResetState }): ReactElement {
  const t = useTranslate();
  const { found, draft, change, plan, goOn } = reset;
  const other = otherOperation(found);
  return (
    <ol className="steps">
      <Step
        heading={t(
          other === 'unfreeze' && !canReset(found)
            ? 'helpdesk-reset.unfreeze'
            : `helpdesk-person.step_choose_${other ?? 'reset'}`,
        )}
      >
        {other && (
          <ChooseOther
            operation={other}
            chosen={draft.operation === other}
            onChoose={(chosen) => change({ operation: chosen ? other : 'reset', selected: [] })}
          />
        )}
        <ChooseMethods
          found={found}
          selected={draft.selected}
          {...(canReset(found) && {
            onChoose: (selected: typeof draft.selected) => change({ selected, operation: 'reset' }),
          })}
        />
      </Step>
      <Step heading={t('helpdesk-person.step_why', { operation: draft.operation })}>
        <ReasonForm
          draft={draft}
          badTicket={plan.isCurrent && plan.missing.includes('ticket')}
          onDraft={change}
          onEnter={goOn}
        />
      </Step>
      <Step heading={t('helpdesk-person.step_verify', { name: found.person.name })}>
        <VerifyCaller reset={reset} />
      </Step>
    </ol>
  );
}

function Step({ heading, children }: { heading: string; children: ReactNode }): ReactElement {
  return (
    <li>
      <h2>{heading}</h2>
      {children}
    </li>
  );
}
