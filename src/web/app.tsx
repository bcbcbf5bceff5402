import { type QueryClient, QueryClientProvider } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import type { PageData } from './page-data.ts';
import type { Scene } from './scene.ts';
import { Stage } from './stage.tsx';
import { Announcer } from './ui/announce.tsx';
import { NoticeKeeper } from './ui/notice-keeper.tsx';
import { SettingsContext } from './ui/settings.ts';
import { TranslationProvider } from './i18n/translate.tsx';

/** The whole page, the same on both sides; the router around it differs. */
export function App({ client, data, scene }: { client: QueryClient; data: PageData; scene: Scene }): ReactElement {
  return (
    <QueryClientProvider client={client}>
      <TranslationProvider>
        <SettingsContext value={data.settings}>
          <Announcer>
            <NoticeKeeper>
              <Stage first={scene} signedIn={data.signedIn} />
            </NoticeKeeper>
          </Announcer>
        </SettingsContext>
      </TranslationProvider>
    </QueryClientProvider>
  );
}
