import { screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import { sessionQueries } from '../../api/queries.ts';
import { home } from '../../testing/person.ts';
import { mountScreen } from '../../testing/screen.tsx';
import { SimulatorHint } from './simulator-hint.tsx';

const draw = (simulatorUrl: string | null) =>
  mountScreen(<SimulatorHint />, {
    settings: { simulatorUrl },
    prepare: (client) => client.setQueryData(sessionQueries.current().queryKey, home.session),
  });

test('in the demo it opens the phone of the person who is signed in', () => {
  draw('http://localhost:4000/simulator');
  expect(screen.getByRole('link').getAttribute('href')).toBe('http://localhost:4000/simulator?user=ada%40example.com');
});

test('there is none at a real org', () => {
  draw(null);
  expect(screen.queryByRole('link')).toBeNull();
});
