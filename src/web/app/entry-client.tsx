import '../styles/index.css';
import { hydrate } from '@tanstack/react-query';
import { startTransition } from 'react';
import { hydrateRoot } from 'react-dom/client';
import { BrowserRouter } from 'react-router';
import { App } from './app.tsx';
// Imported here so that the entry has it with the texts of all errors: almost every page shows it.
import '../components/failure/failure.tsx';
import { setBuild } from '../api/client/build.ts';
import { setNow } from '../api/client/clock.ts';
import { makeQueryClient } from '../api/query-client.ts';
import { getFormats } from '../i18n/format.ts';
import { dataElementId, type PageData } from './page-data.ts';
import { startRoute } from './route-state.ts';

const data = JSON.parse(document.getElementById(dataElementId)!.textContent) as PageData;
setBuild(data.build);
// The page's data came with its first byte, and its scripts load later.
const navigation = performance.getEntriesByType('navigation')[0] as PerformanceNavigationTiming | undefined;
setNow(data.now, navigation?.responseStart);

const client = makeQueryClient();
// The data is as old as this page, also when the clocks of server and browser differ.
for (const query of data.queries.queries) query.state.dataUpdatedAt = Date.now();
hydrate(client, data.queries);

// The address of a sign-in may contain a code. Reload and history must not keep it.
if (location.pathname.startsWith('/auth/')) history.replaceState(null, '', '/');

/** Resolves in the browser's next task: the code after it does not make the current task longer. */
const nextTask = (): Promise<void> =>
  new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => resolve();
    port2.postMessage(null);
  });

/** Uses `Intl` in a task of its own: the first use takes a slow phone 40 ms. */
async function prepareFormats(): Promise<void> {
  await nextTask();
  getFormats(data.locale).utc.dateTime(new Date(data.now).toISOString());
  await nextTask();
}

// Fetches the page's code and messages, no data. No top-level `await`: pages import the file that contains this module,
// so both would wait for each other.
void Promise.all([startRoute(data, location.pathname, client), prepareFormats()]).then(([routeState]) =>
  // As a transition, React hydrates in short tasks and lets the person scroll and tap between them.
  startTransition(() => {
    hydrateRoot(
      document.getElementById('root')!,
      <BrowserRouter>
        <App client={client} data={data} routeState={routeState} />
      </BrowserRouter>,
    );
  }),
);
