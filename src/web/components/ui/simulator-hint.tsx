import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { sessionQueries } from '../../api/queries.ts';
import { Trans } from '../../i18n/translate.tsx';
import { useSettings } from '../settings.ts';

export function SimulatorHint(): ReactElement | null {
  const { simulatorUrl } = useSettings();
  const { data: session } = useQuery({ ...sessionQueries.current(), enabled: false });
  if (!simulatorUrl) return null;
  const whose = session ? `?user=${encodeURIComponent(session.user.login)}` : '';
  return (
    <p className="fine">
      <Trans
        id="app.demo.simulator"
        elements={[
          // `Trans` adds the link's text.
          // oxlint-disable-next-line anchor-has-content
          <a key="simulator" href={simulatorUrl + whose} target="_blank" rel="noreferrer" />,
        ]}
      />
    </p>
  );
}
