import type { ComponentProps } from 'react';
import type { Load } from '../layout/later.tsx';
import type CancellationNote from './cancellation-note.tsx';

/** What Okta did not cancel yet, and what to do in its console. It loads later, since few people have such a note. */
export const cancellation: Load<ComponentProps<typeof CancellationNote>> = () => import('./cancellation-note.tsx');
