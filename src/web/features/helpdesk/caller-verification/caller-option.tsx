import type { ComponentProps, ReactElement, ReactNode } from 'react';
import { useOtherApprover } from '../../../api/helpdesk-queries.ts';
import type { HelpdeskPerson, OperationPlan } from '#contract/helpdesk.ts';
import { Button } from '../../../components/ui/button.tsx';
import { HelpdeskFailure } from '../messages/helpdesk-failure.tsx';
import type { IconName } from '../../../components/ui/icon.tsx';
import { RowBody } from '../../../components/ui/row.tsx';
import { useMethodName } from '../../../components/factor/method-name.ts';
import { useTranslate, type MessageId } from '../../../i18n/translate.tsx';
import { Later, type Load } from '../layout/later.tsx';
import { places } from '../reset/places.ts';
import { isNeedSaid, needsApprover } from '../reset/use-plan.ts';
import { otherOperation } from '../reset/reset-draft.ts';
import type CallBack from './call-back.tsx';
import { createChoice, isVerified, type CallerStep } from './use-caller-verification.ts';
import { useSentence } from './use-sentence.ts';
import type VerificationStatus from './verification-status.tsx';

type Option = HelpdeskPerson['callerVerificationOptions'][number];

const typeUi: Record<Option['type'], { icon: IconName; name: MessageId; about: MessageId; action: MessageId }> = {
  push: {
    icon: 'bell',
    name: 'helpdesk-caller-verification.verify_push',
    about: 'helpdesk-caller-verification.verify_push_about',
    action: 'helpdesk-caller-verification.verify_push_start',
  },
  'own-session': {
    icon: 'screen',
    name: 'helpdesk-caller-verification.verify_own_session',
    about: 'helpdesk-caller-verification.verify_own_session_about',
    action: 'helpdesk-caller-verification.verify_own_session_start',
  },
  'call-back': {
    icon: 'call',
    name: 'helpdesk-caller-verification.verify_call_back',
    about: 'helpdesk-caller-verification.verify_call_back_about',
    action: 'helpdesk-caller-verification.verify_call_back_start',
  },
};

const callBack: Load<ComponentProps<typeof CallBack>> = () => import('./call-back.tsx');
const status: Load<ComponentProps<typeof VerificationStatus>> = () => import('./verification-status.tsx');

type Props = {
  option: Option;
  reset: CallerStep;
  /** Undefined until the plan is known. */
  approvalReasons: OperationPlan['approvalReasons'] | undefined;
  isOpen: boolean;
  /** The agent pressed this option before choosing what to reset. */
  isUnchosen: boolean;
  /** The agent pressed this option last. */
  isBegun: boolean;
  /** The last caller verification used this option. */
  isUsed: boolean;
  /** This option's button is the primary button, unless the option has a doubt. */
  isMain: boolean;
  onPress: () => void;
};

export function CallerOption(props: Props): ReactElement {
  const t = useTranslate();
  const other = useOtherApprover();
  const getMethodName = useMethodName();
  const { option, approvalReasons = [], reset } = props;
  const { caller, plan, found } = reset;
  /** The page says elsewhere that an approver has to agree. */
  const isSaid = isNeedSaid(found) || (plan.effects !== undefined && needsApprover(plan.effects));
  const ui = typeUi[option.type];
  const name = t(ui.name, { name: option.method ? getMethodName(option.method) : '' });
  // On their own page, callers choose the method to verify with, so the doubts are known only afterwards.
  const doubts = option.type === 'own-session' ? [] : (['same_method', 'same_phone'] as const);
  const doubt = doubts.find((one) => approvalReasons.includes(one));
  const isWaiting = caller.verification?.status === 'waiting' && props.isUsed;
  const more = useMore(props);
  return (
    <li>
      <div className="row">
        <RowBody
          icon={ui.icon}
          name={name}
          end={
            <Button
              variant={
                props.isMain && plan.effects && !approvalReasons.some((one) => one.startsWith('same_'))
                  ? 'button primary'
                  : 'button'
              }
              busy={caller.asking !== undefined && props.isBegun}
              expanded={option.type === 'call-back' ? props.isOpen : undefined}
              onClick={props.onPress}
            >
              {t(isWaiting ? 'helpdesk-caller-verification.verify_again' : ui.action)}
              <span className="visually-hidden"> {name}</span>
            </Button>
          }
        >
          {option.detail ? `${option.detail} · ` : ''}
          {t(doubt ? `helpdesk-caller-verification.doubt_${doubt}` : ui.about)}
          {approvalReasons.length > 0 && !isSaid && <> {t('helpdesk-caller-verification.needs_approver', other)}</>}
        </RowBody>
      </div>
      {more && <div className="row-more">{more}</div>}
    </li>
  );
}

function useMore({ option, reset, isOpen, isUnchosen, isBegun, isUsed }: Props): ReactNode {
  const t = useTranslate();
  const { found, caller, draft } = reset;
  const { verification, refused } = caller;
  const { name } = found.person;
  const sentence = useSentence(found);
  const choice = createChoice(draft);
  if (isUnchosen) {
    const what = draft.operation === 'reset' && draft.selected.length === 0 ? 'selected' : 'reason';
    return (
      <p className="error" role="alert">
        {t('helpdesk-caller-verification.choose_first')}{' '}
        <a href={`#${places[what]}`}>
          {t(`helpdesk-reset.missing_${what}`, { instead: otherOperation(found) ?? 'no' })}
        </a>
      </p>
    );
  }
  if (isOpen && option.factorId && choice) {
    const body = { type: 'call-back', factorId: option.factorId, attest: true, choice } as const;
    return <Later load={callBack} props={{ body, number: option.detail, name, sentence: sentence(choice), caller }} />;
  }
  if (refused && isBegun && refused.body.type === option.type) return <HelpdeskFailure error={refused.error} />;
  if (!verification || !isUsed || isVerified(verification)) return false;
  return <Later key={verification.id} load={status} props={{ verification, reset }} />;
}
