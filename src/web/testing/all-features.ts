import { defaultLocale } from '#contract/locale/locales.ts';
import type { Feature } from '../i18n/message-ids.ts';
import { textsOf } from './catalogs.ts';

export const allFeatures = [...new Set(Object.keys(textsOf(defaultLocale)).map((id) => id.split('.')[0] as Feature))];
