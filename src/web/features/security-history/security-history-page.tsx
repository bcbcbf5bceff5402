import { useMutation, useSuspenseQuery } from '@tanstack/react-query';
import { type ReactElement, useRef } from 'react';
import freezeMessages from 'virtual:messages/en/freeze';
import securityHistoryMessages from 'virtual:messages/en/security_history';
import type { SecurityHistoryEntry } from '#contract/helpdesk.ts';
import { requestHelpdesk } from '../../api/client/request-helpdesk.ts';
import { securityHistoryQueries } from '../../api/client/helpdesk-queries.ts';
import { Button } from '../../components/ui/button.tsx';
import { Failure } from '../../components/failure/failure.tsx';
import { FrozenNotice } from '../../components/factor/frozen-notice.tsx';
import { Heading } from '../../components/ui/heading.tsx';
import { RelativeTime } from '../../components/ui/relative-time.tsx';
import { loadMessages, useTranslate, type MessageId } from '../../i18n/translate.tsx';

loadMessages(securityHistoryMessages);
loadMessages(freezeMessages);

export const queries = () => [securityHistoryQueries.list()];

const eventMessages: Record<string, MessageId> = {
  'user.mfa.factor.enroll': 'security_history.event_enroll',
  'user.mfa.factor.activate': 'security_history.event_activate',
  'user.mfa.factor.deactivate': 'security_history.event_deactivate',
  'user.mfa.factor.reset': 'security_history.event_reset',
  'user.mfa.factor.reset_all': 'security_history.event_reset_all',
  'user.mfa.factor.rename': 'security_history.event_rename',
  'user.mfa.wrong_codes': 'security_history.event_wrong_codes',
  'user.mfa.factor.cancel': 'security_history.event_cancel',
  'user.session.start': 'security_history.event_sign_in',
  'user.session.end': 'security_history.event_sign_out',
  'user.session.end_others': 'security_history.event_end_others',
  'user.authentication.step_up': 'security_history.event_step_up',
  'user.account.freeze': 'security_history.event_freeze',
  'user.account.unfreeze': 'security_history.event_unfreeze',
  'helpdesk.person.view': 'security_history.event_view',
  'helpdesk.caller_verification.start': 'security_history.event_challenge',
  'helpdesk.caller_verification.verify': 'security_history.event_verify',
  'helpdesk.approval.request': 'security_history.event_request',
  'helpdesk.approval.approve': 'security_history.event_approve',
  'helpdesk.approval.deny': 'security_history.event_deny',
  'helpdesk.recovery_code.reveal': 'security_history.event_code',
  'helpdesk.approval.withdraw': 'security_history.event_withdraw',
  'helpdesk.caller_verification.withdraw': 'security_history.event_caller_withdraw',
  'helpdesk.notification': 'security_history.event_notification',
};

/**
 * Everything that happened to one's methods, the helpdesk's acts included, and what to do when it was somebody else.
 */
export default function SecurityHistoryPage(): ReactElement {
  const t = useTranslate();
  const { data } = useSuspenseQuery(securityHistoryQueries.list());
  return (
    <>
      <Heading back="list" lead={t('security_history.lead')}>
        {t('security_history.heading')}
      </Heading>
      {data.frozenAt === null ? <NotMe /> : <FrozenNotice />}
      {data.entries.length === 0 ? (
        <p>{t('security_history.none')}</p>
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
  entry: { at, event, method, by, agent, device, outcome },
}: {
  entry: SecurityHistoryEntry;
}): ReactElement {
  const t = useTranslate();
  const messageId = Object.hasOwn(eventMessages, event) ? eventMessages[event] : undefined;
  const failed = outcome !== null && !/^(?:SUCCESS|ALLOW)$/i.test(outcome);
  return (
    <li className="row">
      <span className="row-text">
        <span className="row-name">
          <span className="row-title">
            {messageId ? t(messageId) : event}
            {method && <>: {method}</>}
          </span>
          {by === 'helpdesk' && <span className="badge caution">{t('security_history.by_helpdesk')}</span>}
          {failed && <span className="badge caution">{t('security_history.not_done')}</span>}
        </span>
        <span className="row-about">
          <span>
            <RelativeTime iso={at} />
            {by === 'helpdesk' && agent && <> · {agent}</>}
            {by === 'org' && <> · {t('security_history.by_org')}</>}
            {device && <> · {device}</>}
          </span>
        </span>
      </span>
    </li>
  );
}

/** Ends every session and freezes changes; asks once, since it takes the helpdesk to undo. */
function NotMe(): ReactElement {
  const t = useTranslate();
  const dialog = useRef<HTMLDialogElement>(null);
  const freezing = useMutation({
    mutationFn: async () => void (await requestHelpdesk('freezeMyself', { params: {} })),
    meta: { leaves: true },
    // The session is over: what comes next is a page from the server.
    onSuccess: () => window.location.assign('/frozen'),
  });
  return (
    <div className="panel not-me">
      <p className="note-head">{t('security_history.not_me_heading')}</p>
      <p>{t('security_history.not_me_about')}</p>
      <p>
        <Button onClick={() => dialog.current?.showModal()}>{t('security_history.not_me')}</Button>
      </p>
      <dialog ref={dialog} className="confirm-dialog" aria-labelledby="sure-heading" aria-describedby="sure-text">
        <h2 id="sure-heading">{t('security_history.confirm')}</h2>
        <p id="sure-text">{t('security_history.confirm_about')}</p>
        <div className="actions">
          <Button
            variant="button danger"
            busy={freezing.isPending || freezing.isSuccess}
            onClick={() => freezing.mutate()}
          >
            {t('freeze.submit')}
          </Button>
          <Button onClick={() => dialog.current?.close()}>{t('security_history.cancel')}</Button>
        </div>
        <Failure error={freezing.error} />
      </dialog>
    </div>
  );
}
