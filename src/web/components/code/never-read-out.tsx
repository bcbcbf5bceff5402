import type { ReactElement } from 'react';
import { Trans } from '../../i18n/translate.tsx';

/** The one rule about codes, wherever a person types, sees or is told about a code. */
export const NeverReadOut = ({ quiet = true }: { quiet?: boolean }): ReactElement => (
  <p className={quiet ? 'fine' : undefined}>
    <Trans id="verification.never_read_out" elements={[<em key="who" />]} />
  </p>
);
