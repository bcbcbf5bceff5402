import { useMutation, useSuspenseQuery } from '@tanstack/react-query';
import { type ReactElement, useRef } from 'react';
import askedWords from 'virtual:words/en/asked';
import type { HistoryEntry } from '#contract/helpdesk.ts';
import { requestDesk } from '../../client/request-desk.ts';
import { askedQueries } from '../../helpdesk/queries.ts';
import { Press } from '../../ui/act.tsx';
import { Failure } from '../../ui/failure.tsx';
import { Frozen } from '../../ui/frozen.tsx';
import { Heading } from '../../ui/heading.tsx';
import { When } from '../../ui/when.tsx';
import { addWords, useWords, type WordsId } from '../../words/words.tsx';

addWords(askedWords);

export const queries = () => [askedQueries.history()];

const happened: Record<string, WordsId> = {
  'user.mfa.factor.enroll': 'asked.did_enroll',
  'user.mfa.factor.activate': 'asked.did_activate',
  'user.mfa.factor.deactivate': 'asked.did_deactivate',
  'user.mfa.factor.reset': 'asked.did_reset',
  'user.mfa.factor.reset_all': 'asked.did_reset_all',
  'user.mfa.factor.rename': 'asked.did_rename',
  'user.mfa.guesses': 'asked.did_guesses',
  'user.mfa.factor.cancel': 'asked.did_cancel',
  'user.session.start': 'asked.did_sign_in',
  'user.session.end': 'asked.did_sign_out',
  'user.session.end_others': 'asked.did_end_others',
  'user.authentication.proof': 'asked.did_prove',
  'user.account.freeze': 'asked.did_freeze',
  'user.account.unfreeze': 'asked.did_unfreeze',
  'helpdesk.person.view': 'asked.did_view',
  'helpdesk.caller.challenge': 'asked.did_challenge',
  'helpdesk.caller.verify': 'asked.did_verify',
  'helpdesk.approval.request': 'asked.did_request',
  'helpdesk.approval.approve': 'asked.did_approve',
  'helpdesk.approval.deny': 'asked.did_deny',
  'helpdesk.approval.code': 'asked.did_code',
  'helpdesk.approval.withdraw': 'asked.did_withdraw',
  'helpdesk.caller.withdraw': 'asked.did_caller_withdraw',
  'helpdesk.notice': 'asked.did_notice',
};

/**
 * Everything that happened to one's methods, the helpdesk's acts included, and what to do when it was somebody else.
 */
export default function HistoryPage(): ReactElement {
  const t = useWords();
  const { data } = useSuspenseQuery(askedQueries.history());
  return (
    <>
      <Heading back="list" lead={t('asked.history_lead')}>
        {t('asked.history_heading')}
      </Heading>
      {data.frozenAt === null ? <NotMe /> : <Frozen />}
      {data.entries.length === 0 ? (
        <p>{t('asked.history_none')}</p>
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

function Entry({ entry: { at, event, method, by, agent, device, outcome } }: { entry: HistoryEntry }): ReactElement {
  const t = useWords();
  const words = Object.hasOwn(happened, event) ? happened[event] : undefined;
  const failed = outcome !== null && !/^(?:SUCCESS|ALLOW)$/i.test(outcome);
  return (
    <li className="row">
      <span className="row-text">
        <span className="row-name">
          <span className="row-title">
            {words ? t(words) : event}
            {method && <>: {method}</>}
          </span>
          {by === 'helpdesk' && <span className="badge caution">{t('asked.by_helpdesk')}</span>}
          {failed && <span className="badge caution">{t('asked.not_done')}</span>}
        </span>
        <span className="row-about">
          <span>
            <When iso={at} />
            {by === 'helpdesk' && agent && <> · {agent}</>}
            {by === 'org' && <> · {t('asked.by_org')}</>}
            {device && <> · {device}</>}
          </span>
        </span>
      </span>
    </li>
  );
}

/** Ends every session and freezes changes; asks once, since it takes the desk to undo. */
function NotMe(): ReactElement {
  const t = useWords();
  const dialog = useRef<HTMLDialogElement>(null);
  const freezing = useMutation({
    mutationFn: async () => void (await requestDesk('freezeMyself', { params: {} })),
    meta: { leaves: true },
    // The session is over: what comes next is a page from the server.
    onSuccess: () => window.location.assign('/frozen'),
  });
  return (
    <div className="panel not-me">
      <p className="note-head">{t('asked.not_me_heading')}</p>
      <p>{t('asked.not_me_about')}</p>
      <p>
        <Press onPress={() => dialog.current?.showModal()}>{t('asked.not_me')}</Press>
      </p>
      <dialog ref={dialog} className="sure" aria-labelledby="sure-heading" aria-describedby="sure-text">
        <h2 id="sure-heading">{t('asked.sure')}</h2>
        <p id="sure-text">{t('asked.sure_about')}</p>
        <div className="acts">
          <Press look="button danger" busy={freezing.isPending || freezing.isSuccess} onPress={() => freezing.mutate()}>
            {t('asked.freeze')}
          </Press>
          <Press onPress={() => dialog.current?.close()}>{t('asked.keep')}</Press>
        </div>
        <Failure error={freezing.error} />
      </dialog>
    </div>
  );
}
