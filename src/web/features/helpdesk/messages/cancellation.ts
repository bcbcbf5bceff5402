import type { ComponentProps } from 'react';
import type { Load } from '../layout/later.tsx';
import type CancellationNote from './cancellation-note.tsx';

/** Loads the note about an enrollment that Okta has not yet cancelled. Loaded on demand, because the note is rare. */
export const cancellation: Load<ComponentProps<typeof CancellationNote>> = () => import('./cancellation-note.tsx');
