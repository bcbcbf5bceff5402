import '../styles/index.css';
import { hydrate } from '@tanstack/react-query';
import { startTransition } from 'react';
import { hydrateRoot } from 'react-dom/client';
import { BrowserRouter } from 'react-router';
import { App } from './app.tsx';
// Almost every page can show an error, so the entry contains this component and its texts.
import '../components/failure/failure.tsx';
import { setBuild } from '../api/client/build.ts';
import { setNow } from '../api/client/clock.ts';
import { makeQueryClient } from '../api/query-client.ts';
import { getFormats } from '../i18n/format.ts';
import { dataElementId, type PageData } from './page-data.ts';
import { startRoute } from './route-state.ts';

const data = JSON.parse(document.getElementById(dataElementId)!.textContent) as PageData;
setBuild(data.build);
const navigation = performance.getEntriesByType('navigation')[0] as PerformanceNavigationTiming | undefined;
setNow(data.now, navigation?.responseStart);

const client = makeQueryClient();
// The data is as old as this page. The server's timestamps are not used, because the two clocks may differ.
for (const query of data.queries.queries) query.state.dataUpdatedAt = Date.now();
hydrate(client, data.queries);

// A sign-in's address may contain an authorization code, which must not stay in the history.
if (location.pathname.startsWith('/auth/')) history.replaceState(null, '', '/');

/** Code after `await nextTask()` does not lengthen the current task. */
const nextTask = (): Promise<void> =>
  new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => resolve();
    port2.postMessage(null);
  });

/** In a separate task, because the first use of `Intl` takes 40 ms on a slow phone. */
async function prepareFormats(): Promise<void> {
  await nextTask();
  getFormats(data.locale).utc.dateTime(new Date(data.now).toISOString());
  await nextTask();
}

// No top-level `await`: pages import the built file that contains this module, so the two would wait for each other.
void Promise.all([startRoute(data, location.pathname, client), prepareFormats()]).then(([routeState]) =>
  // In a transition, React hydrates in short tasks, so the person can scroll and tap in between.
  startTransition(() => {
    hydrateRoot(
      document.getElementById('root')!,
      <BrowserRouter>
        <App client={client} data={data} routeState={routeState} />
      </BrowserRouter>,
    );
  }),
);
