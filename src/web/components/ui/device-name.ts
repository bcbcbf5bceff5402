import type { Translate } from '../../i18n/translate.tsx';
import type { IconName } from './icon.tsx';

type Device = { browser: string | null; system: string | null };

/** Null if both are unknown. */
export const deviceName = (t: Translate, { browser, system }: Device): string | null =>
  browser && system ? t('sessions.where', { browser, system }) : (browser ?? system);

export const deviceIcon = ({ system }: Device): IconName =>
  system === 'iPhone' || system === 'Android' ? 'phone' : 'screen';
