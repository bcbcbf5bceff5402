import type { Factor, Home } from '#contract/endpoints.ts';
import { getFactorUi } from '../../../components/factor/factor-ui.ts';
import type { MessageId } from '../../../i18n/translate.tsx';
import { autoStartOver } from '../enrollment/auto-start.ts';
import { fromNewPhone } from '../enrollment/return-link.ts';

/** An unfinished method or an open replacement. */
export type Begun = Factor | Home['replacing'][number];

export type NextStep = {
  text: MessageId;
  to: string;
  state?: object;
  /** Says why the person cannot continue here. */
  about?: MessageId;
};

/** Undefined: only Okta's pages add this kind. */
export function findNextStep(begun: Begun): NextStep | undefined {
  const { kind, resumable } = begun;
  const { enroll } = getFactorUi(kind);
  const factorId = 'id' in begun ? begun.id : begun.newFactorId;
  if (resumable === 'here' && factorId !== null) return { text: 'method.continue', to: `/methods/${factorId}` };
  if (!enroll) return undefined;
  const query = 'id' in begun ? '' : begun.left ? `?replaces=${begun.factorId}` : fromNewPhone;
  const to = enroll.path + query;
  if (resumable === 'here') return { text: 'method.continue', to };
  const about = resumable === 'elsewhere' ? 'method.unfinished_elsewhere' : 'factors.status.nowhere';
  return { text: 'enroll.start_over', to, state: autoStartOver, about };
}
