import type { ReactElement } from 'react';
import { Say } from '../words/words.tsx';
import { useSettings } from './settings.ts';

/** Demo mode: where somebody without a phone finds one. */
export function DeskHint(): ReactElement | null {
  const { deskUrl } = useSettings();
  if (!deskUrl) return null;
  return (
    <p className="fine">
      <Say
        id="demo.desk"
        parts={[
          // Its text comes from the sentence.
          // oxlint-disable-next-line anchor-has-content
          <a key="desk" href={deskUrl} target="_blank" rel="noreferrer" />,
        ]}
      />
    </p>
  );
}
