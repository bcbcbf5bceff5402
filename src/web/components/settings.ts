import { createContext, use } from 'react';
import type { Settings } from '#contract/endpoints.ts';

export const SettingsContext = createContext<Settings | null>(null);

export function useSettings(): Settings {
  const settings = use(SettingsContext);
  if (!settings) throw new Error('Settings are given by App.');
  return settings;
}
