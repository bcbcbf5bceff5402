import type { ReactElement } from 'react';
import type { Trace } from '#contract/helpdesk.ts';
import { RelativeTime } from '../../../components/ui/relative-time.tsx';
import { Trans, useTranslate, type MessageId } from '../../../i18n/translate.tsx';
import { useFormats } from '../../../i18n/format.ts';
import { signMessages } from './sign-messages.ts';
import helpdesk from '../layout/helpdesk.module.css';

const texts: Record<Trace['kind'], MessageId> = {
  push_denied: 'helpdesk.trace_push_denied',
  not_called: 'helpdesk.trace_not_called',
  wrong_codes: 'helpdesk.trace_wrong_codes',
  frozen: 'helpdesk.trace_frozen',
  reported: 'helpdesk.trace_reported',
};

/** Lists the traces of attacks on a person, newest first: what, when, and who had asked. */
export function TraceList({ traces }: { traces: readonly Trace[] }): ReactElement {
  const t = useTranslate();
  const formats = useFormats();
  return (
    <ul className={helpdesk.traces}>
      {traces.map(({ kind, by, times, at, signs }) => (
        <li key={`${kind} ${by ?? ''} ${at}`}>
          <Trans
            id={texts[kind]}
            values={{
              when: <RelativeTime iso={at} />,
              by,
              signs: formats.list(signs.map((sign) => t(signMessages[sign]))),
            }}
          />
          {times > 1 && <> {t('helpdesk.trace_times', { count: times })}</>}
        </li>
      ))}
    </ul>
  );
}
