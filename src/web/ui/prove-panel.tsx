import { type ReactElement, useState } from 'react';
import { Link } from 'react-router';
import type { ErrorDetails, StepUpOption } from '#contract/errors.ts';
import { ApiError } from '#contract/errors.ts';
import type { VerificationType, Strength } from '#contract/kinds.ts';
import { Check } from '../checks/check.tsx';
import { markResume } from '../client/resume.ts';
import { faceOf } from '../factors/registry.ts';
import { useTranslate, type MessageId } from '../i18n/translate.tsx';
import { Act } from './act.tsx';
import { useAnnounce } from './announce.tsx';
import { backTo } from './closing.ts';
import { Chevron, RowBody } from './row.tsx';

const promptOf: Record<VerificationType, MessageId> = {
  code: 'prompt.code',
  'sent-code': 'prompt.sent',
  answer: 'prompt.answer',
  push: 'prompt.push',
  key: 'prompt.touch',
};

/** What a proof is for, how strong it must be (0: a fresh sign-in will do), and how it can be given. */
export type ProofNeed = { purpose: string; strength: number; options: readonly OfferedWay[] };
type MethodOption = Extract<StepUpOption, { type: 'factor' }>;
/** `verificationType` is null where it is not known yet; it is asked for when the way is chosen. */
export type OfferedWay =
  | Exclude<StepUpOption, MethodOption>
  | (Omit<MethodOption, 'verificationType'> & { verificationType: MethodOption['verificationType'] | null });

/** What is needed, if `error` asks for a proof. */
export const needOf = (error: unknown): ProofNeed | undefined =>
  error instanceof ApiError && error.code === 'step_up_required' ? needFrom(error.details) : undefined;

const needFrom = ({ purpose = '', strength = 0, options = [] }: ErrorDetails): ProofNeed => ({
  purpose,
  strength,
  options,
});

/**
 * The ways to prove who one is, strongest first, each used in place; signing in at Okta again leads back to this page.
 */
export function ProvePanel({
  requirement,
  here,
  resume,
  preset,
  onProved,
}: {
  requirement: ProofNeed;
  /** Path and query of the page to come back to. */
  here: string;
  /** The act to go on with after the way to Okta. */
  resume?: string;
  /** The method chosen before the script was there. */
  preset?: string | undefined;
  onProved: () => void;
}): ReactElement {
  const t = useTranslate();
  const announce = useAnnounce();
  const [chosen, setChosen] = useState(preset);
  const own = requirement.options
    .filter((option) => option.type === 'factor')
    .toSorted((one, other) => other.strength - one.strength);
  const okta = requirement.options.find((option) => option.type === 'okta');
  const byHand = new URLSearchParams({ purpose: requirement.purpose, returnTo: here });
  return (
    <>
      <ul className="rows">
        {own.map((option, index) => {
          const face = faceOf(option.kind);
          const open = chosen === option.factorId;
          // One method that can be used in two ways has two rows, which only that tells apart.
          const namesakes = own.filter((other) => other !== option && other.name === option.name);
          const twin = namesakes.some(({ detail }) => detail === option.detail);
          const about =
            twin && option.verificationType ? t(promptOf[option.verificationType]) : (option.detail ?? t(face.use));
          return (
            <li key={option.factorId}>
              <div className="row">
                <RowBody
                  icon={face.icon}
                  name={option.name}
                  strength={option.strength as Strength}
                  end={
                    <Act
                      look={`button row-act${index === 0 && !open ? ' main' : ''}`}
                      href={`/prove?${byHand}&way=${option.factorId}`}
                      expanded={open}
                      onPress={() => setChosen(open ? undefined : option.factorId)}
                    >
                      <span className="row-act-word">{t('step_up.use')}</span>
                      <span className="unseen">
                        {' '}
                        {option.name}
                        {namesakes.length > 0 && `: ${about}`}
                      </span>
                      <Chevron />
                    </Act>
                  }
                >
                  {about === option.detail ? <span className="as-is">{about}</span> : about}
                </RowBody>
              </div>
              {open && (
                <div className="row-more">
                  <Check
                    key={option.factorId}
                    take
                    verificationType={option.verificationType}
                    factorId={option.factorId}
                    kind={option.kind}
                    name={option.name}
                    detail={option.detail}
                    purpose={requirement.purpose}
                    submit="step_up.confirm"
                    onRight={() => {
                      announce(t('step_up.done'));
                      onProved();
                    }}
                    onElse={() => setChosen(undefined)}
                  />
                </div>
              )}
            </li>
          );
        })}
        {okta && (
          <li>
            <a
              className="row"
              href={backTo(okta.href, here)}
              onClick={() => resume !== undefined && markResume(resume)}
            >
              <RowBody
                icon="enter"
                name={t('step_up.okta')}
                end={
                  <>
                    <span className={own.length === 0 ? 'button main wide' : 'button wide'}>
                      {t('step_up.okta_go')}
                    </span>
                    <Chevron />
                  </>
                }
              >
                {t(requirement.strength === 0 ? 'step_up.okta_fresh' : 'step_up.okta_about')}
              </RowBody>
            </a>
          </li>
        )}
      </ul>
      <p>
        <Link className="quiet" to="/cant-prove">
          {t('step_up.cannot')}
        </Link>
      </p>
    </>
  );
}
