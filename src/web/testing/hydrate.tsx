import { hydrate as fill, type QueryClient } from '@tanstack/react-query';
import { act, render as mount, type RenderResult } from '@testing-library/react';
import { BrowserRouter } from 'react-router';
import type { PageRequest } from '#contract/page.ts';
import { App } from '../app/app.tsx';
import { setNow } from '../api/client/clock.ts';
import { makeQueryClient } from '../api/query-client.ts';
import { render } from './render.ts';
import { dataElementId, type PageData } from '../app/page-data.ts';
import { startRoute } from '../app/route-state.ts';
import './tidy.ts';

export type Opened = RenderResult & { client: QueryClient; recovered: unknown[] };

/**
 * Hydrates the server's document like `entry-client.tsx`. `tamper` changes the document first. `recovered` in the
 * result: React's recoverable errors.
 */
export async function openPage(request: PageRequest, tamper = (html: string): string => html): Promise<Opened> {
  const { html } = await render(request);
  // Parses only the body, because happy-dom would fetch the files that the head names.
  const sent = new DOMParser().parseFromString(tamper(html.slice(html.indexOf('<body>'))), 'text/html');
  const root = document.importNode(sent.getElementById('root')!, true);
  document.body.replaceChildren(root);
  // With the origin, because a path may begin with two slashes.
  window.history.replaceState(null, '', window.location.origin + request.url);
  const data = JSON.parse(sent.getElementById(dataElementId)!.textContent) as PageData;
  setNow(data.now);
  const client = makeQueryClient();
  for (const query of data.queries.queries) query.state.dataUpdatedAt = Date.now();
  fill(client, data.queries);
  const routeState = await startRoute(data, window.location.pathname, client);
  const recovered: unknown[] = [];
  const page = (
    <BrowserRouter>
      <App client={client} data={data} routeState={routeState} />
    </BrowserRouter>
  );
  const result = mount(page, { container: root, hydrate: true, onRecoverableError: (error) => recovered.push(error) });
  // Runs React's effects before the test continues.
  await act(async () => {});
  return { ...result, client, recovered };
}
