declare module 'virtual:catalogs' {
  import type { Messages } from '@lingui/core';
  import type { Locale } from '#contract/locale/locales.ts';
  /** Loads the messages of each locale but the default, as Lingui compiles them. */
  const catalogs: Partial<Record<Locale, () => Promise<{ default: Messages }>>>;
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
