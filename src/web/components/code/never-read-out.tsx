import type { ReactElement } from 'react';
import { Trans } from '../../i18n/translate.tsx';

/** `asked`: the text also names the exception, a code for which the helpdesk may have asked. */
export const NeverReadOut = ({ quiet = true, asked = true }: { quiet?: boolean; asked?: boolean }): ReactElement => (
  <p className={quiet ? 'fine' : undefined}>
    <Trans id="verification.never_read_out" values={{ asked: asked ? 'yes' : 'no' }} elements={[<em key="who" />]} />
  </p>
);
