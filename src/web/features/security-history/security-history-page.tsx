import { useMutation, useSuspenseQuery } from '@tanstack/react-query';
import { type ReactElement, useRef } from 'react';
import type { SecurityHistoryEntry } from '#contract/helpdesk.ts';
import { requestHelpdesk } from '../../api/client/request-helpdesk.ts';
import { securityHistoryQueries } from '../../api/client/helpdesk-queries.ts';
import { Button } from '../../components/ui/button.tsx';
import { Failure } from '../../components/failure/failure.tsx';
import { FrozenNotice } from '../../components/factor/frozen-notice.tsx';
import { Heading } from '../../components/ui/heading.tsx';
import { RelativeTime } from '../../components/ui/relative-time.tsx';
import { factorUiOf } from '../../components/factor/factor-ui.ts';
import { deviceName } from '../../components/ui/device-name.ts';
import { useTranslate, type MessageId } from '../../i18n/translate.tsx';
import css from './security-history-page.module.css';

export const queries = () => [securityHistoryQueries.list()];

const eventMessages: Record<string, MessageId> = {
  'user.mfa.factor.enroll': 'security-history.event_enroll',
  'user.mfa.factor.activate': 'security-history.event_activate',
  'user.mfa.factor.deactivate': 'security-history.event_deactivate',
  'user.mfa.factor.reset': 'security-history.event_reset',
  'user.mfa.factor.reset_all': 'security-history.event_reset_all',
  'user.mfa.factor.rename': 'security-history.event_rename',
  'user.mfa.wrong_codes': 'security-history.event_wrong_codes',
  'user.new_phone.plan': 'security-history.event_new_phone',
  'user.mfa.factor.cancel': 'security-history.event_cancel',
  'user.session.start': 'security-history.event_sign_in',
  'user.session.end': 'security-history.event_sign_out',
  'user.session.end_others': 'security-history.event_end_others',
  'user.authentication.step_up': 'security-history.event_step_up',
  'user.authentication.drill': 'security-history.event_drill',
  'user.account.freeze': 'security-history.event_freeze',
  'user.account.unfreeze': 'security-history.event_unfreeze',
  'helpdesk.person.view': 'security-history.event_view',
  'helpdesk.caller_verification.start': 'security-history.event_challenge',
  'helpdesk.caller_verification.verify': 'security-history.event_verify',
  'helpdesk.approval.request': 'security-history.event_request',
  'helpdesk.approval.approve': 'security-history.event_approve',
  'helpdesk.approval.deny': 'security-history.event_deny',
  'helpdesk.recovery_code.reveal': 'security-history.event_code',
  'helpdesk.approval.withdraw': 'security-history.event_withdraw',
  'helpdesk.caller_verification.withdraw': 'security-history.event_caller_withdraw',
  'helpdesk.notification': 'security-history.event_notification',
};

/**
 * Lists every change of a person's methods, the helpdesk's included, and says what to do about changes by somebody
 * else.
 */
export default function SecurityHistoryPage(): ReactElement {
  const t = useTranslate();
  const { data } = useSuspenseQuery(securityHistoryQueries.list());
  return (
    <>
      <Heading back="list" lead={t('security-history.lead')}>
        {t('security-history.heading')}
      </Heading>
      {data.frozenAt === null ? <NotMe /> : <FrozenNotice />}
      {data.entries.length === 0 ? (
        <p>{t('security-history.none')}</p>
      ) : (
        <ol className="rows">
          {data.entries.map((entry) => (
            <Entry key={entry.id} entry={entry} />
          ))}
        </ol>
      )}
    </>
  );
}

function Entry({
  entry: { at, event, kind, by, agent, outcome, ...entry },
}: {
  entry: SecurityHistoryEntry;
}): ReactElement {
  const t = useTranslate();
  const device = deviceName(t, entry);
  const messageId = Object.hasOwn(eventMessages, event) ? eventMessages[event] : undefined;
  const failed = outcome !== null && !/^(?:SUCCESS|ALLOW)$/i.test(outcome);
  return (
    <li className="row">
      <span className="row-text">
        <span className="row-name">
          <span className="row-title">
            {messageId ? t(messageId) : event}
            {kind && <>: {t(factorUiOf(kind).name)}</>}
          </span>
          {by === 'helpdesk' && <span className="badge caution">{t('security-history.by_helpdesk')}</span>}
          {failed && <span className="badge caution">{t('security-history.not_done')}</span>}
        </span>
        <span className="row-about">
          <span>
            <RelativeTime iso={at} />
            {by === 'helpdesk' && agent && <> · {agent}</>}
            {by === 'org' && <> · {t('security-history.by_org')}</>}
            {device && <> · {device}</>}
          </span>
        </span>
      </span>
    </li>
  );
}

/** Ends every session and freezes changes. Asks for confirmation, because only the helpdesk can unfreeze. */
function NotMe(): ReactElement {
  const t = useTranslate();
  const dialog = useRef<HTMLDialogElement>(null);
  const freezing = useMutation({
    mutationFn: async () => void (await requestHelpdesk('freezeMyself', { params: {} })),
    meta: { leaves: true },
    // The session is over, so the server must render the next page.
    onSuccess: () => window.location.assign('/frozen'),
  });
  return (
    <div className={`panel ${css.panel}`}>
      <p className="note-head">{t('security-history.not_me_heading')}</p>
      <p>{t('security-history.not_me_about')}</p>
      <p>
        <Button onClick={() => dialog.current?.showModal()}>{t('security-history.not_me')}</Button>
      </p>
      <dialog
        ref={dialog}
        className={`panel ${css.dialog}`}
        aria-labelledby="sure-heading"
        aria-describedby="sure-text"
      >
        <h2 id="sure-heading">{t('security-history.confirm')}</h2>
        <p id="sure-text">{t('security-history.confirm_about')}</p>
        <div className="actions">
          <Button
            variant="button danger"
            busy={freezing.isPending || freezing.isSuccess}
            onClick={() => freezing.mutate()}
          >
            {t('freeze.submit')}
          </Button>
          <Button onClick={() => dialog.current?.close()}>{t('security-history.cancel')}</Button>
        </div>
        <Failure error={freezing.error} />
      </dialog>
    </div>
  );
}
