import { addresses } from '#contract/endpoints.ts';
import type { FetchQueryOptions, QueryClient } from '@tanstack/react-query';
import type { ComponentType } from 'react';
import { matchPath } from 'react-router';
import {
  factorQueries,
  formQueries,
  getSignOutPlace,
  homeQueries,
  newPhoneQueries,
  sessionQueries,
} from '../api/queries.ts';
import { factorUis } from '../components/factor/factor-ui.ts';
import ListPage from '../features/factors/list/list-page.tsx';
import type { HelpdeskPerson } from '#contract/helpdesk.ts';
import type { PageProps, Params } from '../components/page-props.ts';
import { methodName } from '../components/factor/method-name.ts';
import type { MessageId } from '../i18n/message-ids.ts';
import type { Translate } from '../i18n/translate.tsx';

// oxlint-disable-next-line no-explicit-any -- a list of options of different results has no narrower type
export type PageQuery = FetchQueryOptions<any, Error, any, any>;

/** `queries`: further queries, which only the page's own module knows. */
export type PageModule = { default: ComponentType<PageProps>; queries?: (params: Params) => PageQuery[] };

export type Page = {
  path: string;
  load: () => Promise<PageModule>;
  /**
   * The module's file in the build's manifest, so that the server can tell the browser to fetch it early. Undefined:
   * the entry contains the module.
   */
  source?: string;
  queries: (params: Params) => PageQuery[];
  /** For a public page with a signed-in reader. The page opens even if these queries fail. */
  whenSignedIn?: () => PageQuery[];
  title: MessageId | ((client: QueryClient) => MessageId);
  /** For a page that moves a method to a new phone. */
  replaceTitle?: MessageId;
  named?: (client: QueryClient, params: Params, t: Translate) => string;
  /** Undefined: only a signed-in person may open the page. */
  who?: 'anyone';
};

const from = (file: string, load: Page['load']) => ({ source: `src/web/features/${file}`, load });

const session = (): PageQuery[] => [sessionQueries.current()];
const kindQueries = (needs: 'catalog' | 'questions' | undefined): PageQuery[] =>
  needs ? [factorQueries[needs]()] : [];
const home = (): PageQuery[] => [homeQueries.page()];
const detail = ({ factorId = '' }: Params): PageQuery[] => [sessionQueries.current(), factorQueries.detail(factorId)];

const method: Page['named'] = (client, { factorId = '' }, t) => {
  const data = client.getQueryData(factorQueries.detail(factorId).queryKey);
  return data ? methodName(t, data.factor) : '';
};
const person: Page['named'] = (client, { userId }) =>
  client.getQueryData<HelpdeskPerson>(['helpdesk', 'person', userId])?.person.name ?? '';

/** Pages that link to each other share a module. */
const sharing =
  <Name extends string>(source: string, load: () => Promise<Record<Name, PageModule>>) =>
  (path: string, name: Name, title: MessageId, rest: Partial<Page> = {}): Page => ({
    path,
    source: `src/web/${source}`,
    load: () => load().then((modules) => modules[name]),
    queries: session,
    title,
    ...rest,
  });
const forStaff = sharing('features/helpdesk/pages.ts', () => import('../features/helpdesk/pages.ts'));
const forOversight = sharing(
  'features/helpdesk/oversight-pages.ts',
  () => import('../features/helpdesk/oversight-pages.ts'),
);
const forPerson = sharing('app/person-pages.ts', () => import('./person-pages.ts'));
const forAnyone = { who: 'anyone', queries: () => [] } as const satisfies Partial<Page>;

const enrollModules = import.meta.glob<PageModule>('../features/factors/kinds/*/enroll.tsx');

export const pages: readonly Page[] = [
  {
    path: '/',
    // The entry contains this page, because most visits start here.
    load: () => Promise.resolve({ default: ListPage }),
    queries: home,
    title: 'factors.list.title',
  },
  {
    path: '/add',
    ...from('factors/add-page.tsx', () => import('../features/factors/add-page.tsx')),
    queries: home,
    title: 'add.title',
  },
  ...Object.entries(factorUis).flatMap(([kind, { enroll, name }]): Page[] => {
    if (!enroll) return [];
    const file = `features/factors/kinds/${kind}/enroll.tsx`;
    const load = enrollModules[`../${file}`]!;
    const named: Page['named'] = (_client, _params, t) => t(name);
    const queries = () => [...session(), ...kindQueries(enroll.needs)];
    return [{ ...enroll, named, load, source: `src/web/${file}`, queries }];
  }),
  {
    path: '/methods/:factorId',
    ...from('factors/method-page.tsx', () => import('../features/factors/method-page.tsx')),
    queries: detail,
    title: 'method.title',
    named: method,
  },
  {
    path: '/methods/:factorId/activate',
    ...from('factors/activate-page.tsx', () => import('../features/factors/activate-page.tsx')),
    queries: detail,
    title: 'activate.title',
    named: method,
  },
  {
    path: '/methods/:factorId/test',
    ...from('factors/test-page.tsx', () => import('../features/factors/test-page.tsx')),
    queries: detail,
    title: 'test.title',
    named: method,
  },
  {
    path: '/methods/:factorId/remove',
    ...from('factors/remove-page.tsx', () => import('../features/factors/remove-page.tsx')),
    queries: detail,
    title: 'remove.title',
    named: method,
  },
  {
    path: addresses.stolenPhone,
    ...from(
      'factors/stolen-phone/stolen-phone-page.tsx',
      () => import('../features/factors/stolen-phone/stolen-phone-page.tsx'),
    ),
    whenSignedIn: () => [homeQueries.page(), sessionQueries.list()],
    title: 'factors.stolen_phone.title',
    ...forAnyone,
  },
  {
    path: '/new-phone',
    ...from('factors/new-phone/new-phone-page.tsx', () => import('../features/factors/new-phone/new-phone-page.tsx')),
    queries: () => [sessionQueries.current(), newPhoneQueries.page()],
    title: 'new-phone.title',
  },
  {
    path: '/step-up',
    ...from('step-up/step-up-page.tsx', () => import('../features/step-up/step-up-page.tsx')),
    queries: home,
    title: 'step-up-page.title',
  },
  {
    path: '/get-help',
    ...from('support/get-help-page.tsx', () => import('../features/support/get-help-page.tsx')),
    title: 'get-help.title',
    ...forAnyone,
  },
  {
    path: '/sessions',
    ...from('sessions/sessions-page.tsx', () => import('../features/sessions/sessions-page.tsx')),
    queries: () => [sessionQueries.current(), sessionQueries.list()],
    title: 'sessions.title',
  },
  {
    path: '/sign-out',
    ...from('sessions/sign-out-page.tsx', () => import('../features/sessions/sign-out-page.tsx')),
    title: 'sign-out.title',
    ...forAnyone,
  },
  {
    path: addresses.signedOut,
    ...from('sessions/signed-out-page.tsx', () => import('../features/sessions/signed-out-page.tsx')),
    title: (client) => `signed-out.${getSignOutPlace(client.getQueryData(formQueries.result().queryKey))}`,
    ...forAnyone,
  },
  forStaff('/helpdesk', 'people', 'helpdesk.people_title'),
  forStaff('/helpdesk/people/:userId', 'person', 'helpdesk-person.title', { named: person }),
  {
    path: '/helpdesk/requests/:id',
    ...from('helpdesk/requests/request-page.tsx', async () => {
      const { default: page, queries } = await import('../features/helpdesk/requests/request-page.tsx');
      return { default: page, queries };
    }),
    queries: session,
    title: 'helpdesk-requests.title',
  },
  forOversight('/helpdesk/approvals', 'approvals', 'helpdesk-approvals.title'),
  forOversight('/helpdesk/audit-log', 'audit', 'helpdesk-audit-log.title'),
  forPerson('/caller-verifications', 'callerVerification', 'caller-verification.title'),
  forPerson('/security-history', 'securityHistory', 'security-history.title'),
  forPerson('/freeze/:token', 'freeze', 'freeze.title', forAnyone),
  forPerson(addresses.frozen, 'frozen', 'freeze.frozen_title', forAnyone),
];

export function matchPage(pathname: string): { page: Page; params: Params } | undefined {
  for (const page of pages) {
    const match = matchPath({ path: page.path, caseSensitive: true }, pathname);
    if (match) return { page, params: match.params as Params };
  }
  return undefined;
}
