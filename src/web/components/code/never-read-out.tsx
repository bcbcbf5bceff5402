import type { ReactElement } from 'react';
import { Trans } from '../../i18n/translate.tsx';

/**
 * The rule never to read out a code. Shown wherever a person types, sees or reads about a code. `asked`: the text also
 * names the exception, a code for which the helpdesk may have asked.
 */
export const NeverReadOut = ({ quiet = true, asked = true }: { quiet?: boolean; asked?: boolean }): ReactElement => (
  <p className={quiet ? 'fine' : undefined}>
    <Trans id="verification.never_read_out" values={{ asked: asked ? 'yes' : 'no' }} elements={[<em key="who" />]} />
  </p>
);
