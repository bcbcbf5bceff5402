import { act, cleanup, render, screen } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { renderToString } from 'react-dom/server';
import { Link, Router } from 'wouter';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { navigateOnce, useLocation } from './location.ts';

const seen = new Set<object>();

function Where() {
  const visit = useLocation();
  seen.add(visit);
  return <output>{`${visit.pathname}${visit.search} ${visit.traversed}`}</output>;
}

const page = (
  <Router aroundNav={navigateOnce}>
    <Where />
    <Link to="/here?to=%2Fa%2520b">here</Link>
    <Link to="/there">there</Link>
  </Router>
);
const shown = (): string | null => screen.getByRole('status').textContent;

beforeEach(() => {
  history.replaceState(null, '', '/here?to=%2Fa%2520b');
  seen.clear();
  render(page);
});
afterEach(cleanup);

it('is the address as the browser writes it', () => {
  expect(shown()).toBe('/here?to=%2Fa%2520b false');
});

it('is a new visit after a link to the same page, and no new entry of the history', async () => {
  const entries = history.length;
  await userEvent.click(screen.getByText('here'));
  expect([shown(), seen.size, history.length]).toEqual(['/here?to=%2Fa%2520b false', 2, entries]);
  await userEvent.click(screen.getByText('there'));
  expect([shown(), history.length]).toEqual(['/there false', entries + 1]);
});

it('knows that the person came by Back or Forward', () => {
  act(() => void window.dispatchEvent(new Event('popstate')));
  expect(shown()).toBe('/here?to=%2Fa%2520b true');
});

it('follows no link that the browser opens in a new tab', async () => {
  const user = userEvent.setup();
  await user.keyboard('{Control>}');
  await user.click(screen.getByText('there'));
  expect(shown()).toBe('/here?to=%2Fa%2520b false');
});

it('is the address of the request on the server', () => {
  const html = renderToString(
    <Router ssrPath="/asked" ssrSearch="?q=1">
      <Where />
    </Router>,
  );
  expect(html).toBe('<output>/asked?q=1 false</output>');
});
