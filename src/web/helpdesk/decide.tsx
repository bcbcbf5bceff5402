import { useMutation } from '@tanstack/react-query';
import { type ReactElement, useId, useRef, useState } from 'react';
import deskWords from 'virtual:words/en/desk';
import type { Approval } from '#contract/helpdesk.ts';
import { requestDesk } from '../client/request-desk.ts';
import { Press } from '../ui/act.tsx';
import { useAnnounce } from '../ui/announce.tsx';
import { Failure } from '../ui/failure.tsx';
import { needOf, ProvePanel } from '../ui/prove-panel.tsx';
import { addWords, useWords } from '../words/words.tsx';

addWords(deskWords);

type Decision = 'approve' | 'deny';

/** The approver's own word, with their own proof on the way where one is needed. */
export function Decide({ approval }: { approval: Approval }): ReactElement {
  const t = useWords();
  const announce = useAnnounce();
  const id = useId();
  const note = useRef<HTMLTextAreaElement>(null);
  const [decision, setDecision] = useState<Decision>();
  const { mutate, ...deciding } = useMutation({
    mutationFn: async (asked: Decision) => {
      const said = note.current?.value.replace(/\s+/g, ' ').trim() ?? '';
      await requestDesk('decideApproval', {
        params: { id: approval.id },
        body: { decision: asked, ...(said !== '' && { note: said }) },
      });
    },
    onMutate: (asked) => setDecision(asked),
    onSuccess: (_, asked) =>
      announce(
        t(asked !== 'approve' ? 'desk.you_denied' : approval.lifts ? 'desk.you_approved_lift' : 'desk.you_approved', {
          name: approval.person.name,
        }),
      ),
  });
  const need = needOf(deciding.error);
  const busy = deciding.isPending || deciding.isSuccess;
  return (
    <div className="stack decide">
      <div className="entry-form">
        <div>
          <label htmlFor={`${id}note`}>
            {t('desk.note')} <span className="optional">{t('desk.optional')}</span>
          </label>
          <textarea ref={note} id={`${id}note`} className="field" rows={2} maxLength={500} />
        </div>
      </div>
      {need && decision ? (
        <section>
          <h3>{t('desk.prove_first')}</h3>
          <ProvePanel need={need} here="/helpdesk/approvals" onProved={() => mutate(decision)} />
        </section>
      ) : (
        <div className="acts">
          <Press look="button main" busy={busy} onPress={() => mutate('approve')}>
            {t(approval.lifts ? 'desk.approve_lift' : 'desk.approve')}
            <span className="unseen"> {t('desk.approval_heading', { name: approval.person.name })}</span>
          </Press>
          <Press busy={busy} onPress={() => mutate('deny')}>
            {t('desk.deny')}
            <span className="unseen"> {t('desk.approval_heading', { name: approval.person.name })}</span>
          </Press>
        </div>
      )}
      {!need && <Failure error={deciding.error} />}
    </div>
  );
}
