import { type ReactElement, useEffect, useRef, useState } from 'react';
import type { Approval } from '#contract/helpdesk.ts';
import { requestHelpdesk } from '../../../api/client/request-helpdesk.ts';
import { useSingleMutation } from '../../../api/use-single-mutation.ts';
import { Button } from '../../../components/ui/button.tsx';
import { useAnnounce } from '../../../components/ui/announcer.tsx';
import { HelpdeskFailure } from '../messages/helpdesk-failure.tsx';
import { askStepUp } from '../../../flows/step-up/ask-step-up.ts';
import { StepUpPanel } from '../../../flows/step-up/step-up-panel.tsx';
import { useStepUp } from '../../../flows/step-up/use-step-up.ts';
import { RelativeTime } from '../../../components/ui/relative-time.tsx';
import { Trans, useTranslate } from '../../../i18n/translate.tsx';
import { formatCode } from '../../../components/code/format-code.ts';
import css from '../../../components/code/shown-code.module.css';

/** The approver sees the code once and hands it over in person. No cache contains the code. */
export function RevealRecoveryCode({ approval }: { approval: Approval }): ReactElement {
  const t = useTranslate();
  const announce = useAnnounce();
  const [shown, setShown] = useState<{ code: string; expiresAt: string }>();
  const [copied, setCopied] = useState<boolean>();
  const place = useRef<HTMLDivElement>(null);
  const showing = useSingleMutation({
    // Returns nothing, because a mutation's result stays in memory after the page closes.
    mutationFn: async () => {
      await askStepUp(`recovery-code:${approval.id}`);
      setShown(await requestHelpdesk('revealRecoveryCode', { params: { id: approval.id } }));
    },
    meta: { changes: false },
  });
  useEffect(() => {
    if (shown) place.current?.focus();
  }, [shown]);
  useEffect(() => {
    // The browser can keep a page for the Back button. Such a page must not contain the code.
    const put = (): void => setShown(undefined);
    window.addEventListener('pagehide', put);
    return () => window.removeEventListener('pagehide', put);
  }, []);
  const { requirement, failure } = useStepUp(showing);
  if (!shown && requirement)
    return (
      <section className="stack">
        <p>{t('helpdesk-decision.reveal_code_about', { name: approval.person.name })}</p>
        <StepUpPanel
          focusOnMount
          heading={{ is: 'h3', text: 'helpdesk.verify_self' }}
          requirement={requirement}
          here={`/helpdesk/approvals?open=${approval.id}`}
          onStepUp={() => showing.mutate()}
        />
      </section>
    );
  if (!shown)
    return (
      <div className="stack">
        <p>{t('helpdesk-decision.reveal_code_about', { name: approval.person.name })}</p>
        <div className="actions">
          <Button variant="button primary" busy={showing.isPending} onClick={() => showing.mutate()}>
            {t('helpdesk-decision.reveal_code')}
          </Button>
        </div>
        <HelpdeskFailure error={failure} />
      </div>
    );
  const copy = async (): Promise<void> => {
    const done = await navigator.clipboard.writeText(shown.code).then(
      () => true,
      () => false,
    );
    setCopied(done);
    announce(t(done ? 'helpdesk-decision.copied' : 'helpdesk-decision.not_copied'));
  };
  return (
    <div className="note good stack" ref={place} tabIndex={-1}>
      <p className="note-head">{t('helpdesk-decision.revealed_code', { name: approval.person.name })}</p>
      <p className={css.code} translate="no">
        {formatCode(shown.code)}
      </p>
      <p>{t('helpdesk-decision.revealed_code_once')}</p>
      <p className="fine">
        <Trans id="helpdesk-decision.revealed_code_until" values={{ when: <RelativeTime iso={shown.expiresAt} /> }} />
      </p>
      <div className="actions">
        <Button onClick={() => void copy()}>{t(copied ? 'helpdesk-decision.copied' : 'helpdesk-decision.copy')}</Button>
        {copied === false && <p className="error">{t('helpdesk-decision.not_copied')}</p>}
      </div>
    </div>
  );
}
