import type { NamedMethod } from '#contract/endpoints.ts';
import type { Formats } from '../../i18n/format.ts';
import { useTranslate, type Translate } from '../../i18n/translate.tsx';
import { getFactorUi } from './factor-ui.ts';

/** The owner's name for a method, or else its kind. */
export const methodName = (t: Translate, method: NamedMethod): string => method.name ?? kindName(t, method);

const kindName = (t: Translate, { kind, factorType }: NamedMethod): string =>
  factorType === undefined ? t(getFactorUi(kind).name) : `${t(getFactorUi(kind).name)} (${factorType})`;

/** `kinds`: separated by spaces, because a reset may remove several methods. */
export const kindNames = (t: Translate, kinds: string, list: Formats['list']): string =>
  list(kinds.split(' ').map((kind) => t(getFactorUi(kind).name)));

export function useMethodName(): (method: NamedMethod) => string {
  const t = useTranslate();
  return (method) => methodName(t, method);
}

/** For readers other than the owner, who need the kind too. */
export function useMethodNameWithKind(): (method: NamedMethod) => string {
  const t = useTranslate();
  return (method) => (method.name === null ? kindName(t, method) : `${method.name} (${kindName(t, method)})`);
}
