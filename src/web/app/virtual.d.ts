declare module 'virtual:catalogs' {
  import type { Messages } from '@lingui/core';
  import type { Locale } from '#contract/locales.ts';
  import type { Feature } from '../i18n/message-ids.ts';
  /** The messages of a feature, as Lingui compiles them or as plain text; their ids go without its name. */
  export const fetchCatalog: (locale: Locale, feature: Feature) => Promise<Messages>;
  /** Server only. Where a browser fetches a catalog; undefined when it is in the first file, and in development. */
  export const catalogUrl: (locale: Locale, feature: Feature) => string | undefined;
}

declare module 'virtual:client-build' {
  import type { Manifest } from 'vite';
  const build: { id: string; manifest: Manifest };
  export default build;
}

declare module 'virtual:endpoints/person' {
  import type { Route } from '#contract/endpoint.ts';
  import type { PersonEndpointName } from '#contract/endpoints.ts';
  const routes: Record<PersonEndpointName, Route>;
  export default routes;
}

declare module 'virtual:endpoints/helpdesk' {
  import type { Route } from '#contract/endpoint.ts';
  import type { HelpdeskEndpointName } from '#contract/helpdesk.ts';
  const routes: Record<HelpdeskEndpointName, Route>;
  export default routes;
}
