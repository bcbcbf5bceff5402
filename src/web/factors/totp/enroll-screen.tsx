import type { ReactElement } from 'react';
import { Link } from 'react-router';
import type { EnrollBody } from '#contract/endpoints.ts';
import { Act } from '../../ui/act.tsx';
import { CodeForm } from '../../ui/code-form.tsx';
import { DeskHint } from '../../ui/desk-hint.tsx';
import { EndOthers } from '../../ui/end-others.tsx';
import { Failure } from '../../ui/failure.tsx';
import { Heading } from '../../ui/heading.tsx';
import { ProvePanel } from '../../ui/prove-panel.tsx';
import { type WordsId, useWords } from '../../words/words.tsx';
import type { EnrollState } from './enroll-flow.ts';
import { RunsOut } from './runs-out.tsx';
import { ScanStep } from './scan-step.tsx';
import { type Enrolling, useEnrolling } from './use-enrolling.ts';

/** What one app is called, in each sentence that names it. */
export type EnrollWords = Record<'title' | 'app' | 'apps' | 'done' | 'already', WordsId>;

/** Adds an app that shows codes: the whole task on one page, in two numbered steps. */
export function EnrollScreen({
  body,
  path,
  words,
}: {
  body: EnrollBody;
  path: string;
  words: EnrollWords;
}): ReactElement {
  const t = useWords();
  const flow = useEnrolling(body);
  const { state } = flow;
  const app = t(words.app);
  switch (state.at) {
    case 'ready':
    case 'starting':
    case 'failed':
      return <Start flow={flow} path={path} words={words} />;
    case 'proving':
      return (
        <>
          <Heading back="list" arrive lead={t('enroll.prove_lead')}>
            {t(words.title)}
          </Heading>
          <h2>{t('prove.first')}</h2>
          <ProvePanel need={state.need} here={path} resume={path} onProved={flow.begin} />
        </>
      );
    case 'done':
      return (
        <>
          <Heading arrive lead={t('enroll.done_lead')}>
            {t(words.done)}
          </Heading>
          <div className="stack">
            <EndOthers />
            <p>
              <Link className="button main" to="/">
                {t('enroll.done_back')}
              </Link>
            </p>
          </div>
        </>
      );
    case 'expired':
      return (
        <>
          <Heading back="list" arrive lead={t('enroll.expired_lead')}>
            {t('enroll.expired')}
          </Heading>
          <Act look="button main" href={path} onPress={flow.begin}>
            {t('enroll.start_over')}
          </Act>
        </>
      );
    case 'already':
      return (
        <>
          <Heading back="list" arrive lead={t('enroll.already_lead')}>
            {t(words.already)}
          </Heading>
          <Link className="button main" to={state.factorId ? `/methods/${state.factorId}` : '/'}>
            {t('enroll.already_go', { app })}
          </Link>
        </>
      );
    case 'cancelled':
      return (
        <Heading arrive lead={t('enroll.cancelling')}>
          {t(words.title)}
        </Heading>
      );
    default:
      return <Steps flow={flow} state={state} words={words} />;
  }
}

function Start({ flow, path, words }: { flow: Enrolling; path: string; words: EnrollWords }): ReactElement {
  const t = useWords();
  const { state } = flow;
  const busy = state.at === 'starting';
  return (
    <>
      <Heading back="list" lead={t('enroll.lead')}>
        {t(words.title)}
      </Heading>
      <div className="stack" aria-busy={busy}>
        <p>{t('enroll.before', { app: t(words.app) })}</p>
        <DeskHint />
        {state.at === 'failed' && <Failure error={state.error} />}
        <div className="acts">
          <Act look="button main" href={path} busy={busy} onPress={flow.begin}>
            {t(busy ? 'enroll.starting' : 'enroll.show')}
          </Act>
        </div>
      </div>
    </>
  );
}

type InSteps = Extract<EnrollState, { at: 'scanning' | 'activating' | 'too-many-tries' }>;

function Steps({ flow, state, words }: { flow: Enrolling; state: InSteps; words: EnrollWords }): ReactElement {
  const t = useWords();
  const { enrollment } = state;
  return (
    <>
      <Heading back="list" arrive lead={t('enroll.lead')}>
        {t(words.title)}
      </Heading>
      <RunsOut at={enrollment.expiresAt} onEnd={flow.runOut} />
      <ol className="steps">
        <li>
          <h2>{t('enroll.step1')}</h2>
          <p className="fine">{t(words.apps)}</p>
          <ScanStep uri={enrollment.uri} sharedSecret={enrollment.sharedSecret} />
          <DeskHint />
        </li>
        <li>
          <h2>{t('enroll.step2')}</h2>
          <CodeForm
            submit="enroll.turn_on"
            hint="code.hint"
            problem={state.at === 'scanning' ? state.problem : undefined}
            busy={state.at === 'activating'}
            closedUntil={state.at === 'too-many-tries' ? state.retryAt : undefined}
            onCode={flow.enterCode}
            onReopen={flow.reopen}
            others={
              <button className="button" type="button" onClick={flow.cancel}>
                {t('enroll.cancel')}
              </button>
            }
          />
        </li>
      </ol>
    </>
  );
}
