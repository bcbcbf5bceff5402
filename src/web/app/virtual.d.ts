declare module 'virtual:catalogs' {
  import type { Messages } from '@lingui/core';
  import type { Locale } from '#contract/locale/locales.ts';
  import type { Feature } from '../i18n/message-ids.ts';
  /** Returns a feature's messages, as Lingui compiles them or as plain text. The ids lack the feature's name. */
  export const fetchCatalog: (locale: Locale, feature: Feature) => Promise<Messages>;
  /** Server only. Returns a catalog's URL; undefined if the entry contains it, and in development. */
  export const catalogUrl: (locale: Locale, feature: Feature) => string | undefined;
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
