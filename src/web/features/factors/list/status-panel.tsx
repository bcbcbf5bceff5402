import { useQueryClient } from '@tanstack/react-query';
import type { ReactElement, ReactNode } from 'react';
import { Link } from 'react-router';
import type { Home } from '#contract/endpoints.ts';
import { homeQueries } from '../../../api/queries.ts';
import { useSingleMutation } from '../../../api/use-single-mutation.ts';
import { NeverReadOut } from '../../../components/code/never-read-out.tsx';
import { Failure } from '../../../components/failure/failure.tsx';
import { getFactorUi } from '../../../components/factor/factor-ui.ts';
import { useMethodName } from '../../../components/factor/method-name.ts';
import { useSettings } from '../../../components/settings.ts';
import { Button } from '../../../components/ui/button.tsx';
import { Icon } from '../../../components/ui/icon.tsx';
import { useFormats } from '../../../i18n/format.ts';
import { useTranslate } from '../../../i18n/translate.tsx';
import { listOptions, usuallyOnPhone } from '../enrollment-options.tsx';
import { autoStart } from '../enrollment/auto-start.ts';
import { findNextStep } from './next-step.ts';
import type { Status } from './status.ts';
import css from './status-panel.module.css';

/** `onDenied`: the person has said that they did not call. */
type Shown = { home: Home; status: Status; onDenied: () => void };

export function StatusPanel({ home, status, onDenied }: Shown): ReactElement {
  const t = useTranslate();
  const covered = status.id.startsWith('covered');
  const values = useValues(home, status);
  const step = 'begun' in status ? findNextStep(status.begun) : undefined;
  return (
    <section className={`${css.panel} ${covered ? css.good : css.caution}`}>
      <Icon name={covered ? 'shield' : 'warning'} />
      <div>
        <h1 tabIndex={-1}>{t(`factors.status.${status.id}`, values)}</h1>
        <p className={css.about}>{t(`factors.status.${status.id}_about`, values)}</p>
        {step?.about && <p className={css.about}>{t(step.about)}</p>}
        {status.id.startsWith('code') && <NeverReadOut />}
        <Action home={home} status={status} onDenied={onDenied} />
      </div>
    </section>
  );
}

function useValues({ questions }: Home, status: Status): Record<string, string | number> {
  const getName = useMethodName();
  const formats = useFormats();
  const methods = 'methods' in status ? status.methods : [];
  const [first] = methods;
  const begun = 'begun' in status ? status.begun : undefined;
  return {
    count: status.id === 'question' ? questions.length : methods.length,
    kind: (begun?.kind ?? (methods.length > 1 ? 'several' : (first?.kind ?? 'none'))).replace('-', '_'),
    where: first?.location ?? 'unknown',
    left: begun && 'left' in begun && begun.left ? 'yes' : 'no',
    provider: first?.detail ?? 'none',
    names: formats.list(methods.map(getName)),
  };
}

function Action({ home, status, onDenied }: Shown): ReactNode {
  const t = useTranslate();
  const { oktaSettingsUrl } = useSettings();
  switch (status.id) {
    case 'question':
      return <Answer questions={home.questions} onDenied={onDenied} />;
    case 'frozen':
      return oktaSettingsUrl === null ? (
        <To to="/get-help">{t('get-help.title')}</To>
      ) : (
        <div className={css.actions}>
          <a className="button primary" href={oktaSettingsUrl} rel="noreferrer">
            {t('factors.list.frozen_change_password')}
          </a>
          <Link to="/get-help">{t('get-help.title')}</Link>
        </div>
      );
    case 'code_ended':
      return <To to="/get-help">{t('get-help.title')}</To>;
    case 'replacing':
    case 'unfinished': {
      const step = findNextStep(status.begun);
      return step && <To {...step}>{t(step.text)}</To>;
    }
    case 'code_holds':
    case 'nothing':
    case 'unusable':
    case 'covered':
    case 'covered_synced':
      return null;
    default:
      return <AddBest home={home} elsewhere={status.id !== 'one' || status.methods[0]!.location === 'phone'} />;
  }
}

const To = ({ to, state, children }: { to: string; state?: object; children: ReactNode }): ReactElement => (
  <div className={css.actions}>
    <Link className="button primary" to={to} state={state}>
      {children}
    </Link>
  </div>
);

/** `elsewhere`: only a kind that is usually not on a phone helps. */
function AddBest({ home, elsewhere }: { home: Home; elsewhere: boolean }): ReactNode {
  const t = useTranslate();
  const { oktaSettingsUrl } = useSettings();
  const options = listOptions(home, oktaSettingsUrl);
  const best = options.find(({ kind }) => !elsewhere || !usuallyOnPhone.has(kind));
  if (!best) return null;
  const { enroll } = getFactorUi(best.kind);
  const label = t(enroll?.title ?? 'factors.list.add');
  return (
    <div className={css.actions}>
      {enroll && !best.atOkta ? (
        <Link className="button primary" to={enroll.path} state={autoStart}>
          {label}
        </Link>
      ) : (
        <a className="button primary" href={oktaSettingsUrl ?? '/'} rel="noreferrer">
          {label}
        </a>
      )}
      {options.length > 1 && <Link to="/add">{t('factors.status.other_ways')}</Link>}
    </div>
  );
}

/** *No* is answered on this page. *Yes* leads to a page that shows what the agent wants to do. */
function Answer({ questions, onDenied }: { questions: readonly string[] } & Pick<Shown, 'onDenied'>): ReactElement {
  const t = useTranslate();
  const client = useQueryClient();
  const denying = useSingleMutation({
    mutationFn: async () => {
      const { requestHelpdesk } = await import('../../../api/client/request-helpdesk.ts');
      for (const id of questions)
        await requestHelpdesk('answerCallerVerification', { params: { id }, body: { answer: 'no' } });
    },
    onSuccess: onDenied,
    onSettled: () => client.invalidateQueries({ queryKey: homeQueries.page().queryKey }),
  });
  return (
    <>
      <div className={css.equal}>
        <Button busy={denying.isPending} onClick={() => denying.mutate()}>
          {t('factors.status.no')}
        </Button>
        <Link className="button" to="/caller-verifications">
          {t('factors.status.yes')}
        </Link>
      </div>
      <Failure error={denying.error} />
    </>
  );
}
