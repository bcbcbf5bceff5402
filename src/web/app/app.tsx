import { type QueryClient, QueryClientProvider } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import type { PageData } from './page-data.ts';
import type { RouteState } from './route-state.ts';
import { RouteView } from './route-view.tsx';
import { Announcer } from '../components/ui/announcer.tsx';
import { NoticeProvider } from '../components/ui/notice-provider.tsx';
import { FormTokenContext } from '../components/form-token.tsx';
import { SettingsContext } from '../components/settings.ts';
import { TranslationProvider } from '../i18n/translate.tsx';

/** Must be the same on the server and in the browser, for hydration. */
export function App({
  client,
  data,
  routeState,
}: {
  client: QueryClient;
  data: PageData;
  routeState: RouteState;
}): ReactElement {
  return (
    <QueryClientProvider client={client}>
      <TranslationProvider locale={data.locale}>
        <SettingsContext value={data.settings}>
          <FormTokenContext value={data.formToken ?? ''}>
            <Announcer>
              <NoticeProvider>
                <RouteView initial={routeState} signedIn={data.signedIn} />
              </NoticeProvider>
            </Announcer>
          </FormTokenContext>
        </SettingsContext>
      </TranslationProvider>
    </QueryClientProvider>
  );
}
