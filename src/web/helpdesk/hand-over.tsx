import { useMutation } from '@tanstack/react-query';
import { type ReactElement, useEffect, useRef, useState } from 'react';
import deskWords from 'virtual:words/en/desk';
import type { Approval } from '#contract/helpdesk.ts';
import { requestDesk } from '../client/request-desk.ts';
import { Press } from '../ui/act.tsx';
import { useAnnounce } from '../ui/announce.tsx';
import { Failure } from '../ui/failure.tsx';
import { needOf, ProvePanel } from '../ui/prove-panel.tsx';
import { When } from '../ui/when.tsx';
import { addWords, Say, useWords } from '../words/words.tsx';
import { inFours } from './in-fours.ts';

addWords(deskWords);

/**
 * The way back of somebody whom nothing reaches: shown to the approver once, to be handed over in person. It enters no
 * cache.
 */
export function HandOver({ approval }: { approval: Approval }): ReactElement {
  const t = useWords();
  const announce = useAnnounce();
  const [shown, setShown] = useState<{ code: string; expiresAt: string }>();
  const [copied, setCopied] = useState<boolean>();
  const place = useRef<HTMLDivElement>(null);
  const showing = useMutation({
    // Returns nothing: a mutation's result outlives the screen that asked for it.
    mutationFn: async () => setShown(await requestDesk('showWayBack', { params: { id: approval.id } })),
    meta: { changes: false },
  });
  useEffect(() => {
    if (shown) place.current?.focus();
  }, [shown]);
  useEffect(() => {
    // A page kept for Back must not keep the code.
    const put = (): void => setShown(undefined);
    window.addEventListener('pagehide', put);
    return () => window.removeEventListener('pagehide', put);
  }, []);
  const need = needOf(showing.error);
  if (!shown && need)
    return (
      <section className="stack">
        <p>{t('desk.hand_over_about', { name: approval.person.name })}</p>
        <h3>{t('desk.prove_first')}</h3>
        <ProvePanel need={need} here="/helpdesk/approvals" onProved={() => showing.mutate()} />
      </section>
    );
  if (!shown)
    return (
      <div className="stack">
        <p>{t('desk.hand_over_about', { name: approval.person.name })}</p>
        <div className="acts">
          <Press look="button main" busy={showing.isPending} onPress={() => showing.mutate()}>
            {t('desk.hand_over')}
          </Press>
        </div>
        <Failure error={showing.error} />
      </div>
    );
  const copy = async (): Promise<void> => {
    const done = await navigator.clipboard.writeText(shown.code).then(
      () => true,
      () => false,
    );
    setCopied(done);
    announce(t(done ? 'desk.copied' : 'desk.not_copied'));
  };
  return (
    <div className="note good stack" ref={place} tabIndex={-1}>
      <p className="note-head">{t('desk.hand_over_code', { name: approval.person.name })}</p>
      <p className="spoken" translate="no">
        {inFours(shown.code)}
      </p>
      <p>{t('desk.hand_over_once')}</p>
      <p className="fine">
        <Say id="desk.hand_over_until" values={{ when: <When iso={shown.expiresAt} /> }} />
      </p>
      <div className="acts">
        <Press onPress={() => void copy()}>{t(copied ? 'desk.copied' : 'desk.copy')}</Press>
        {copied === false && <p className="error">{t('desk.not_copied')}</p>}
      </div>
    </div>
  );
}
