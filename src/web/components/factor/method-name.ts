import type { NamedMethod } from '#contract/endpoints.ts';
import type { Formats } from '../../i18n/format.ts';
import { useTranslate, type Translate } from '../../i18n/translate.tsx';
import { getFactorUi } from './factor-ui.ts';

/** Names a method by the name that its owner chose, or else by its kind. */
export const methodName = (t: Translate, method: NamedMethod): string => method.name ?? kindName(t, method);

const kindName = (t: Translate, { kind, factorType }: NamedMethod): string =>
  factorType === undefined ? t(getFactorUi(kind).name) : `${t(getFactorUi(kind).name)} (${factorType})`;

/** Names the kinds of a row in the audit log. `kinds`: separated by spaces, because a reset may remove several. */
export const kindNames = (t: Translate, kinds: string, list: Formats['list']): string =>
  list(kinds.split(' ').map((kind) => t(getFactorUi(kind).name)));

/** Returns a function that names a method. */
export function useMethodName(): (method: NamedMethod) => string {
  const t = useTranslate();
  return (method) => methodName(t, method);
}

/** Returns a function that names a method and adds the kind to an owner's name. For readers other than the owner. */
export function useMethodNameWithKind(): (method: NamedMethod) => string {
  const t = useTranslate();
  return (method) => (method.name === null ? kindName(t, method) : `${method.name} (${kindName(t, method)})`);
}
