import { type ComponentProps, type ReactElement, useEffect, useRef, useState } from 'react';
import type { Approval } from '#contract/helpdesk.ts';
import { Button } from '../../../components/ui/button.tsx';
import { useTranslate } from '../../../i18n/translate.tsx';
import { Later, type Load } from '../layout/later.tsx';
import type WithdrawRequest from './withdraw-request.tsx';

const form: Load<ComponentProps<typeof WithdrawRequest>> = () => import('./withdraw-request.tsx');

/** The button that opens the form by which an agent withdraws her own request. */
export function Withdraw({
  request,
  onWithdrawn,
}: {
  request: Approval;
  onWithdrawn?: (() => void) | undefined;
}): ReactElement {
  const t = useTranslate();
  const [open, setOpen] = useState<boolean>();
  const button = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    // The form had the focus, and is gone.
    if (open === false) button.current?.querySelector('button')?.focus();
  }, [open]);
  const close = (withdrawn: boolean): void => {
    // The button goes too, once the request is withdrawn.
    setOpen(withdrawn ? undefined : false);
    if (withdrawn) onWithdrawn?.();
  };
  if (open) return <Later load={form} props={{ request, onClose: close }} />;
  return (
    <span ref={button}>
      <Button variant="text-button" onClick={() => setOpen(true)}>
        {t('helpdesk.withdraw')}
      </Button>
    </span>
  );
}
