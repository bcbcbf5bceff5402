import { useSuspenseQuery } from '@tanstack/react-query';
import { type ReactElement, useEffect } from 'react';
import { Link } from 'react-router';
import type { SessionListed } from '#contract/endpoints.ts';
import { sessionQueries } from '../../api/queries.ts';
import { useSingleMutation } from '../../api/use-single-mutation.ts';
import { request } from '../../api/client/request.ts';
import { takeInterruptedAction } from '../../flows/step-up/interrupted-action.ts';
import { useFrozen } from '../../flows/freeze/frozen-notice.tsx';
import { deviceIcon, deviceName } from '../../components/ui/device-name.ts';
import { useAnnounce } from '../../components/ui/announcer.tsx';
import { EndOtherSessions } from '../../flows/session-end/end-other-sessions.tsx';
import { Failure } from '../../components/failure/failure.tsx';
import { Button } from '../../components/ui/button.tsx';
import { Heading } from '../../components/ui/heading.tsx';
import { askStepUp } from '../../flows/step-up/ask-step-up.ts';
import { StepUpPanel } from '../../flows/step-up/step-up-panel.tsx';
import { useStepUp } from '../../flows/step-up/use-step-up.ts';
import { Badge, RowBody } from '../../components/ui/row.tsx';
import { ExactTime, RelativeTime } from '../../components/ui/relative-time.tsx';
import { type Suspect, useFreezeDialog, NotMe } from '../../flows/freeze/freeze-dialog.tsx';
import { OktaSettingsLink } from '../../components/links.tsx';
import { Trans, useTranslate } from '../../i18n/translate.tsx';
import css from './sessions.module.css';
import { DOT } from '../../components/dot.ts';

export default function SessionsPage(): ReactElement {
  const t = useTranslate();
  const { data } = useSuspenseQuery(sessionQueries.list());
  const [dialog, ask] = useFreezeDialog();
  const sessions = data.sessions.toSorted(
    (one, other) => Number(other.current) - Number(one.current) || other.lastSeen.localeCompare(one.lastSeen),
  );
  return (
    <>
      <Heading back="list" lead={t('sessions.lead', { count: sessions.length })}>
        {t('sessions.title')}
      </Heading>
      <ul className="rows">
        {sessions.map((session) => (
          <SessionRow key={session.id} session={session} onSuspect={ask} />
        ))}
      </ul>
      <section className="more">
        <EndOtherSessions />
      </section>
      <OktaSessions />
      {dialog}
    </>
  );
}

/** Sessions at Okta are not listed here. */
function OktaSessions(): ReactElement {
  const t = useTranslate();
  return (
    <section className="more">
      <h2>{t('sessions.okta_heading')}</h2>
      <p className="lead-small">{t('sessions.okta_about')}</p>
      <div className="actions">
        <OktaSettingsLink className="button">{t('sessions.okta_go')}</OktaSettingsLink>
        <Link className="button" to="/security-history">
          {t('sessions.history')}
        </Link>
      </div>
    </section>
  );
}

function SessionRow({
  session,
  onSuspect,
}: {
  session: SessionListed;
  onSuspect: (suspect: Suspect) => void;
}): ReactElement {
  const t = useTranslate();
  const announce = useAnnounce();
  const isFrozen = useFrozen();
  const { id, current } = session;
  const name = deviceName(t, session) ?? t('sessions.unknown');
  const action = `end-session ${id}`;
  const { mutate, ...ending } = useSingleMutation({
    mutationFn: async () => {
      await askStepUp('sessions');
      await request('endSession', { params: { id } });
    },
    onSuccess: () => announce(t('sessions.ended', { name })),
  });
  const { requirement, failure } = useStepUp(ending);
  useEffect(() => {
    if (!current && takeInterruptedAction(action)) mutate();
  }, [current, action, mutate]);
  const isBusy = ending.isPending || ending.isSuccess;
  return (
    <li>
      <div className="row">
        <RowBody
          icon={deviceIcon(session)}
          name={name}
          badge={current && <Badge tone="good">{t('sessions.this_one')}</Badge>}
          end={
            !current && (
              <div className={css.actions}>
                <Button busy={isBusy} onClick={() => mutate()}>
                  {t('sessions.end')}
                  <span className="visually-hidden"> {name}</span>
                </Button>
                {!isFrozen && (
                  <NotMe
                    what={name}
                    at={session.created}
                    asHere={false}
                    named={{ session: id }}
                    onSuspect={onSuspect}
                  />
                )}
              </div>
            )
          }
        >
          {!current && (
            <>
              <Trans id="sessions.seen" values={{ when: <RelativeTime iso={session.lastSeen} /> }} />
              {DOT}
            </>
          )}
          <Trans id="sessions.began" values={{ at: <ExactTime iso={session.created} />, address: session.address }} />
        </RowBody>
      </div>
      {requirement && (
        <div className="row-more">
          <StepUpPanel
            focusOnMount
            requirement={requirement}
            here="/sessions"
            resumeAction={action}
            onStepUp={() => mutate()}
          />
        </div>
      )}
      <Failure error={failure} />
    </li>
  );
}
