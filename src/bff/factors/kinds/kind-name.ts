import type { FactorKind } from '#contract/kinds.ts';
import { defaultLocale } from '#contract/locales.ts';
import { templatesOf } from '../../notifications/templates/templates.ts';

/** What the API calls a method that its owner gave no name. */
export const kindName = (kind: FactorKind): string => templatesOf(defaultLocale).kindNames[kind];
