import template from '../../../index.html?raw';
import { createRenderer } from '../app/entry-server.tsx';

export const render = createRenderer({ template, manifest: null });
