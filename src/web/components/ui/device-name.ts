import type { Translate } from '../../i18n/translate.tsx';
import type { IconName } from './icon.tsx';

type Device = { browser: string | null; system: string | null };

/** Names a device by its browser and system; null if both are unknown. The text is in `sessions.json`. */
export const deviceName = (t: Translate, { browser, system }: Device): string | null =>
  browser && system ? t('sessions.where', { browser, system }) : (browser ?? system);

/** Returns the icon of a phone or a screen, according to the device's system. */
export const deviceIcon = ({ system }: Device): IconName =>
  system === 'iPhone' || system === 'Android' ? 'phone' : 'screen';
