import type { ComponentProps } from 'react';
import type { Load } from '../layout/later.tsx';
import type CancellationNote from './cancellation-note.tsx';

export const cancellation: Load<ComponentProps<typeof CancellationNote>> = () => import('./cancellation-note.tsx');
