import type { ReactElement } from 'react';
import { Trans } from '../../i18n/translate.tsx';
import { useSettings } from '../settings.ts';

/** Demo mode: a link to the simulator's phone. */
export function SimulatorHint(): ReactElement | null {
  const { simulatorUrl } = useSettings();
  if (!simulatorUrl) return null;
  return (
    <p className="fine">
      <Trans
        id="app.demo.simulator"
        elements={[
          // `Trans` adds its text.
          // oxlint-disable-next-line anchor-has-content
          <a key="simulator" href={simulatorUrl} target="_blank" rel="noreferrer" />,
        ]}
      />
    </p>
  );
}
