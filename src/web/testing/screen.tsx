import { type QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { render, type RenderResult } from '@testing-library/react';
import type { ReactElement } from 'react';
import { MemoryRouter, parsePath } from 'react-router';
import type { Settings } from '#contract/endpoints.ts';
import { sourceLocale } from '#contract/locale/locales.ts';
import { makeQueryClient } from '../api/query-client.ts';
import { Announcer } from '../components/ui/announcer.tsx';
import { NoticeProvider } from '../components/ui/notice-provider.tsx';
import { SettingsContext } from '../components/settings.ts';
import { TranslationProvider } from '../i18n/translate.tsx';
import { settings as usual } from './person.ts';
import './tidy.ts';

/** `prepare` puts the page's data into the query cache. */
export function mountScreen(
  screen: ReactElement,
  {
    at = { pathname: '/' },
    settings = {},
    prepare,
  }: {
    at?: { pathname: string; state?: unknown };
    settings?: Partial<Settings>;
    prepare?: (client: QueryClient) => void;
  } = {},
): RenderResult & { client: QueryClient } {
  const client = makeQueryClient();
  prepare?.(client);
  const result = render(
    <MemoryRouter initialEntries={[{ ...parsePath(at.pathname), state: at.state }]}>
      <QueryClientProvider client={client}>
        <TranslationProvider locale={sourceLocale}>
          <SettingsContext value={{ ...usual, ...settings }}>
            <Announcer>
              <NoticeProvider>{screen}</NoticeProvider>
            </Announcer>
          </SettingsContext>
        </TranslationProvider>
      </QueryClientProvider>
    </MemoryRouter>,
  );
  return { ...result, client };
}
