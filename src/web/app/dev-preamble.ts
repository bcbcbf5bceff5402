// A separate file, because the page's CSP allows no inline script.
// @ts-expect-error Vite's development server makes this module.
import { injectIntoGlobalHook } from '/@react-refresh';

const page = window as unknown as Record<string, unknown>;
injectIntoGlobalHook(window);
page['$RefreshReg$'] = () => {};
page['$RefreshSig$'] = () => (type: unknown) => type;
