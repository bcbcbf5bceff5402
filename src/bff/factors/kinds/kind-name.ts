import type { FactorKind } from '#contract/kinds.ts';
import { defaultLocale } from '#contract/locales.ts';
import { templatesOf } from '../../notifications/templates/templates.ts';

/** The API's name for a method without a name of its own. */
export const kindName = (kind: FactorKind): string => templatesOf(defaultLocale).kindNames[kind];
