import type { ReactElement } from 'react';
import type { AgentLimit } from '#contract/helpdesk.ts';
import { ClockTime } from '../../../components/ui/relative-time.tsx';
import { Trans } from '../../../i18n/translate.tsx';

/** Operations left in this hour. Null while enough are left. */
export function LimitNote({ limit }: { limit: AgentLimit }): ReactElement | null {
  if (!limit) return null;
  return (
    <p className="note caution">
      <Trans
        id={limit.left > 0 ? 'helpdesk.limit_near' : 'helpdesk.refused.limit_reached.agent_hour'}
        values={{ left: limit.left, at: <ClockTime iso={limit.nextAt} /> }}
      />
    </p>
  );
}
