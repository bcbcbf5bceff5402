import template from '../../../index.html?raw';
import { createRenderer } from '../app/entry-server.tsx';

/** Renders a page as the development server does. */
export const render = createRenderer({ template, manifest: null });
