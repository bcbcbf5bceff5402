import '../styles/index.css';
import { hydrate } from '@tanstack/react-query';
import { startTransition } from 'react';
import { hydrateRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { setBuild } from '../api/client/build.ts';
import { setNow } from '../api/client/clock.ts';
import { makeQueryClient } from '../api/query-client.ts';
import { dataElementId, type PageData } from './page-data.ts';
import { startRoute } from './route-state.ts';

const data = JSON.parse(document.getElementById(dataElementId)!.textContent) as PageData;
setBuild(data.build);
// The page's data came with its first byte, and its scripts load later.
const navigation = performance.getEntriesByType('navigation')[0] as PerformanceNavigationTiming | undefined;
setNow(data.now, navigation && performance.timeOrigin + navigation.responseStart);

const client = makeQueryClient();
// The data is as old as this page, also when the clocks of server and browser differ.
for (const query of data.queries.queries) query.state.dataUpdatedAt = Date.now();
hydrate(client, data.queries);

// The address of a sign-in may contain a code. Reload and history must not keep it.
if (location.pathname.startsWith('/auth/')) history.replaceState(null, '', '/');

// Fetches the page's code and messages, no data. No top-level `await`: pages import the file that contains this module,
// so both would wait for each other.
void startRoute(data, location.pathname, client).then((routeState) =>
  // As a transition, React hydrates in short tasks and lets the person scroll and tap between them.
  startTransition(() => {
    hydrateRoot(document.getElementById('root')!, <App client={client} data={data} routeState={routeState} />);
  }),
);
