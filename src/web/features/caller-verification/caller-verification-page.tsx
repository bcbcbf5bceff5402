import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { type ReactElement, useEffect, useState } from 'react';
import { ApiError } from '#contract/errors.ts';
import type { PendingCallerVerification } from '#contract/helpdesk.ts';
import { useSingleMutation } from '../../api/use-single-mutation.ts';
import { requestHelpdesk } from '../../api/client/request-helpdesk.ts';
import { formatCode } from '../../components/code/format-code.ts';
import { NeverReadOut } from '../../components/code/never-read-out.tsx';
import { helpdeskQuery } from '../../api/helpdesk-queries.ts';
import { Button } from '../../components/ui/button.tsx';
import { useAnnounce } from '../../components/ui/announcer.tsx';
import { Countdown } from '../../components/ui/countdown.tsx';
import { Failure } from '../../components/failure/failure.tsx';
import { Heading } from '../../components/ui/heading.tsx';
import { useFreezeDialog } from '../../flows/freeze/freeze-dialog.tsx';
import { askStepUp } from '../../flows/step-up/ask-step-up.ts';
import { StepUpPanel } from '../../flows/step-up/step-up-panel.tsx';
import { useStepUp } from '../../flows/step-up/use-step-up.ts';
import { RelativeTime } from '../../components/ui/relative-time.tsx';
import { useFormats } from '../../i18n/format.ts';
import { useMethodName } from '../../components/factor/method-name.ts';
import { hasMessage, type MessageId, Trans, useTranslate } from '../../i18n/translate.tsx';
import css from '../../components/code/shown-code.module.css';

/** `background`: a timer sends the call, so the call does not keep the session alive. */
const pending = (background = false) =>
  helpdeskQuery(['caller-verification', 'pending'], 'listCallerVerifications', {}, { staleTime: 0, background });
export const queries = () => [pending()];

/** In ms. Short, because the person is on the phone with the helpdesk. */
const pause = 5_000;

/** Undefined if this page does not know the error's rule. */
function findRefusalMessage(error: unknown): MessageId | undefined {
  const id = `caller-verification.refused.${error instanceof ApiError ? error.details.rule : ''}`;
  return hasMessage(id) ? id : undefined;
}

export default function CallerVerificationPage(): ReactElement {
  const t = useTranslate();
  const { data } = useSuspenseQuery(pending());
  useQuery({ ...pending(true), refetchInterval: pause });
  const [answered, setAnswered] = useState<{ request: PendingCallerVerification; code: string; expiresAt: string }>();
  const [denied, setDenied] = useState<Denial>();
  const question = data.requests.find(({ type, end }) => type === 'own-session' && end === 'open');
  const recent = data.requests.filter((one) => one !== question);
  if (answered)
    return (
      <CallerCode
        key={answered.code}
        agent={answered.request.agent}
        code={answered.code}
        expiresAt={answered.expiresAt}
        onEnd={() => setAnswered(undefined)}
      />
    );
  if (denied) return <Denied {...denied} />;
  if (!question)
    return (
      <>
        <Heading key="none" back="list" lead={t('caller-verification.none_lead')}>
          {t('caller-verification.none')}
        </Heading>
        <NeverReadOut />
        <Recent requests={recent} onDenied={setDenied} />
      </>
    );
  return (
    <>
      <Question
        key={question.id}
        request={question}
        onYes={(code, expiresAt) => setAnswered({ request: question, code, expiresAt })}
        onNo={setDenied}
      />
      <Recent requests={recent} onDenied={setDenied} />
    </>
  );
}

/** `reset`: the call has already led to a reset or unlock. `unlocks`: to an unlock. */
type Denial = { reset: boolean; unlocks?: boolean };
type OnDenied = (denial: Denial) => void;

/** If the call has already led to a reset or unlock, the page offers to freeze changes. */
function Denied({ reset, unlocks = false }: Denial): ReactElement {
  const t = useTranslate();
  const [dialog, ask] = useFreezeDialog();
  if (!reset)
    return (
      <Heading key="denied" back="list" focusOnMount lead={t('caller-verification.denied_lead')}>
        {t('caller-verification.denied')}
      </Heading>
    );
  return (
    <>
      <Heading
        key="reset"
        back="list"
        focusOnMount
        lead={t(unlocks ? 'caller-verification.unlock_lead' : 'caller-verification.reset_lead')}
      >
        {t(unlocks ? 'caller-verification.unlock' : 'caller-verification.reset')}
      </Heading>
      <div className="actions">
        <Button variant="button danger" onClick={() => ask({ what: null })}>
          {t('freeze.submit')}
        </Button>
      </div>
      {dialog}
    </>
  );
}

function Recent({
  requests,
  onDenied,
}: {
  requests: readonly PendingCallerVerification[];
  onDenied: OnDenied;
}): ReactElement | null {
  const t = useTranslate();
  if (requests.length === 0) return null;
  return (
    <section>
      <h2>{t('caller-verification.recent')}</h2>
      <p>{t('caller-verification.recent_about')}</p>
      <ul className="rows">
        {requests.map((request) => (
          <RecentRequest key={request.id} request={request} onDenied={onDenied} />
        ))}
      </ul>
    </section>
  );
}

function RecentRequest({
  request: { id, type, agent, end, methods, all, reason, at },
  onDenied,
}: {
  request: PendingCallerVerification;
  onDenied: OnDenied;
}): ReactElement {
  const t = useTranslate();
  const formats = useFormats();
  const getName = useMethodName();
  const unlocks = reason === 'locked-out';
  const denying = useSingleMutation({
    mutationFn: async () => {
      const { reset } = await requestHelpdesk('answerCallerVerification', { params: { id }, body: { answer: 'no' } });
      onDenied({ reset, unlocks });
    },
  });
  const description = t('caller-verification.recent_one', { type: type.replace('-', '_'), agent });
  return (
    <li className="row">
      <span className="row-text">
        <span className="row-title">{description}</span>
        <span className="row-about">
          <span>
            {t('caller-verification.recent_for', {
              what: unlocks ? 'unlock' : all ? 'all' : methods.length === 0 ? 'none' : 'some',
              names: formats.list(methods.map(getName)),
            })}{' '}
            {t('caller-verification.end', { end: unlocks && end === 'used' ? 'unlocked' : end })}{' '}
            <RelativeTime iso={at} />
          </span>
        </span>
        <Failure error={denying.error} />
      </span>
      {end !== 'denied' && (
        <Button busy={denying.isPending} onClick={() => denying.mutate()}>
          {t('caller-verification.deny')}
          <span className="visually-hidden">: {description}</span>
        </Button>
      )}
    </li>
  );
}

function Question({
  request: { id, agent, methods, all, reason, at },
  onYes,
  onNo,
}: {
  request: PendingCallerVerification;
  onYes: (code: string, expiresAt: string) => void;
  onNo: OnDenied;
}): ReactElement {
  const t = useTranslate();
  const formats = useFormats();
  const getName = useMethodName();
  const [chosen, setChosen] = useState<'yes' | 'no'>();
  const { mutate, ...answering } = useSingleMutation({
    // Returns nothing, so that no cache contains the code.
    mutationFn: async (answer: 'yes' | 'no') => {
      if (answer === 'yes') await askStepUp('caller-verification');
      const reply = await requestHelpdesk('answerCallerVerification', { params: { id }, body: { answer } });
      if (reply.code !== null && reply.expiresAt !== null) onYes(reply.code, reply.expiresAt);
      else onNo(reply);
    },
    onMutate: setChosen,
  });
  const { requirement, failure } = useStepUp(answering);
  return (
    <>
      <Heading
        back="list"
        lead={<Trans id="caller-verification.lead" values={{ agent, when: <RelativeTime iso={at} /> }} />}
      >
        {t('caller-verification.heading')}
      </Heading>
      <div className="stack">
        <div className="panel">
          <p className="note-head">
            {t(all ? 'caller-verification.all' : 'caller-verification.some', {
              agent,
              names: formats.list(methods.map(getName)),
            })}
          </p>
          <p>{t('caller-verification.reason', { reason })}</p>
          <p className="fine">{t('caller-verification.effect')}</p>
        </div>
        <div className="note caution">
          <p className="note-head">{t('caller-verification.hang_up')}</p>
          <p>{t('caller-verification.hang_up_about')}</p>
          <NeverReadOut quiet={false} />
        </div>
        {requirement && chosen && (
          <section>
            <StepUpPanel
              focusOnMount
              requirement={requirement}
              here="/caller-verifications"
              onStepUp={() => mutate(chosen)}
            />
          </section>
        )}
        {/* Both buttons look alike, so that neither answer is suggested. *No* comes first, as on the home page. *Yes*
            is missing while a step-up is needed. */}
        <div className="actions">
          <Button busy={answering.isPending} onClick={() => mutate('no')}>
            {t('caller-verification.deny')}
          </Button>
          {!requirement && (
            <Button busy={answering.isPending} onClick={() => mutate('yes')}>
              {t('caller-verification.confirm')}
            </Button>
          )}
        </div>
        <Failure error={failure} messageId={findRefusalMessage(failure)} />
      </div>
    </>
  );
}

/** Shown until the code expires. */
function CallerCode({
  agent,
  code,
  expiresAt,
  onEnd,
}: {
  agent: string;
  code: string;
  expiresAt: string;
  onEnd: () => void;
}): ReactElement {
  const t = useTranslate();
  const announce = useAnnounce();
  useEffect(() => announce(t('caller-verification.code_announce', { code: [...code].join(' ') })), [announce, code, t]);
  return (
    <>
      <Heading back="list" focusOnMount lead={t('caller-verification.code_lead', { agent })}>
        {t('caller-verification.code')}
      </Heading>
      <div className="stack">
        <p className={css.code} translate="no">
          {formatCode(code)}
        </p>
        <NeverReadOut quiet={false} />
        <p className="fine">
          <Trans id="caller-verification.code_left" values={{ left: <Countdown until={expiresAt} onEnd={onEnd} /> }} />
        </p>
      </div>
    </>
  );
}
