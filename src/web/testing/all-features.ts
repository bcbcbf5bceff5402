import { defaultLocale } from '#contract/locales.ts';
import type { Feature } from '../i18n/message-ids.ts';
import { catalogsOf } from './catalogs.ts';

export const allFeatures = Object.keys(catalogsOf(defaultLocale)) as Feature[];
