declare module 'virtual:catalogs' {
  import type { Messages } from '@lingui/core';
  import type { Locale } from '#contract/locale/locales.ts';
  /** Texts of `list`: the list, and what all pages share. `people`: people's other pages. */
  export type CatalogPart = 'list' | 'people' | 'helpdesk' | 'server';
  type Load = () => Promise<{ default: Messages }>;
  const catalogs: Record<Locale, Record<CatalogPart, Load>>;
  export default catalogs;
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
