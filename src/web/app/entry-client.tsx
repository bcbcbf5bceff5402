import '../styles/index.css';
import { hydrate } from '@tanstack/react-query';
import { hydrateRoot } from 'react-dom/client';
import { BrowserRouter } from 'react-router';
import { App } from './app.tsx';
import { setBuild } from '../api/client/build.ts';
import { setNow } from '../api/client/clock.ts';
import { makeQueryClient } from '../api/query-client.ts';
import { dataElementId, type PageData } from './page-data.ts';
import { startRoute } from './route-state.ts';

const data = JSON.parse(document.getElementById(dataElementId)!.textContent) as PageData;
setBuild(data.build);
setNow(data.now);

const client = makeQueryClient();
// The data is as old as this page, whatever the two clocks say.
for (const query of data.queries.queries) query.state.dataUpdatedAt = Date.now();
hydrate(client, data.queries);

// The address of a sign-in has done its work, and may hold a code: neither reload nor history should have it.
if (location.pathname.startsWith('/auth/')) history.replaceState(null, '', '/');

// Nothing is asked again: this fetches the page's code and messages, its data is here. No `await` at the top: pages import from the
// file this one is built into, and would wait for it as it waits for them.
void startRoute(data, location.pathname, client).then((routeState) =>
  hydrateRoot(
    document.getElementById('root')!,
    <BrowserRouter>
      <App client={client} data={data} routeState={routeState} />
    </BrowserRouter>,
  ),
);
