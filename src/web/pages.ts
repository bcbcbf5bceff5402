import type { FetchQueryOptions } from '@tanstack/react-query';
import type { ComponentType } from 'react';
import { matchPath } from 'react-router';
import { factorQueries, homeQueries, sessionQueries } from './client/queries.ts';
import { factorUis } from './factors/factor-ui.ts';
import ListPage from './pages/list.tsx';
import type { PageProps, Params } from './page-props.ts';
import type { MessageId } from './i18n/translate.tsx';

/** What a page needs before it can be drawn. Their results differ, and only the page's own hooks read them. */
// oxlint-disable-next-line no-explicit-any -- a list of options of different results has no narrower type
export type PageQuery = FetchQueryOptions<any, Error, any, any>;

/** A page's module. `queries`: what it needs and the first file does without. */
export type PageModule = { default: ComponentType<PageProps>; queries?: (params: Params) => PageQuery[] };

export type Page = {
  path: string;
  /** The component's module, fetched when the page is first opened. */
  load: () => Promise<PageModule>;
  /**
   * The same module's file, as the build's manifest names it: the server tells the browser to fetch it early. None when
   * it is in the first file.
   */
  source?: string;
  queries: (params: Params) => PageQuery[];
  title: MessageId;
  who: 'signed-in' | 'anyone';
};

const session = (): PageQuery[] => [sessionQueries.current()];
const needed = (what: 'catalog' | 'questions' | undefined): PageQuery[] => (what ? [factorQueries[what]()] : []);
const home = (): PageQuery[] => [homeQueries.page()];
const detail = ({ factorId = '' }: Params): PageQuery[] => [sessionQueries.current(), factorQueries.detail(factorId)];

/**
 * Those of the helpdesk come in one file, and those about what it asks of people in another: each further name costs
 * every first page.
 */
const forStaff = (path: string, name: keyof typeof import('./features/helpdesk/pages.ts')): Page => ({
  path,
  load: () => import('./features/helpdesk/pages.ts').then((all) => all[name]),
  source: 'src/web/features/helpdesk/pages.ts',
  queries: session,
  title: `helpdesk.${name}_title`,
  who: 'signed-in',
});
const personTitles = {
  callerVerification: 'caller_verification.title',
  securityHistory: 'security_history.title',
  freeze: 'freeze.title',
  frozen: 'freeze.done_title',
} as const;
const forPerson = (
  path: string,
  name: keyof typeof import('./features/person-pages.ts'),
  who: Page['who'] = 'signed-in',
): Page => ({
  path,
  load: () => import('./features/person-pages.ts').then((all) => all[name]),
  source: 'src/web/features/person-pages.ts',
  queries: who === 'anyone' ? () => [] : session,
  title: personTitles[name],
  who,
});

/** Every page there is. */
export const pages: readonly Page[] = [
  {
    path: '/',
    // The first page of nearly every visit comes with the first file.
    load: () => Promise.resolve({ default: ListPage }),
    queries: home,
    title: 'list.title',
    who: 'signed-in',
  },
  {
    path: '/add',
    load: () => import('./pages/add.tsx'),
    source: 'src/web/pages/add.tsx',
    queries: home,
    title: 'add.title',
    who: 'signed-in',
  },
  ...Object.values(factorUis).flatMap(({ enroll }): Page[] =>
    enroll ? [{ ...enroll, queries: () => [...session(), ...needed(enroll.needs)], who: 'signed-in' }] : [],
  ),
  {
    path: '/methods/:factorId',
    load: () => import('./pages/method.tsx'),
    source: 'src/web/pages/method.tsx',
    queries: detail,
    title: 'method.title',
    who: 'signed-in',
  },
  {
    path: '/methods/:factorId/activate',
    load: () => import('./pages/activate.tsx'),
    source: 'src/web/pages/activate.tsx',
    queries: detail,
    title: 'activate.title',
    who: 'signed-in',
  },
  {
    path: '/methods/:factorId/test',
    load: () => import('./pages/test.tsx'),
    source: 'src/web/pages/test.tsx',
    queries: detail,
    title: 'test.title',
    who: 'signed-in',
  },
  {
    path: '/methods/:factorId/remove',
    load: () => import('./pages/remove.tsx'),
    source: 'src/web/pages/remove.tsx',
    queries: detail,
    title: 'remove.title',
    who: 'signed-in',
  },
  {
    path: '/step-up',
    load: () => import('./pages/step-up.tsx'),
    source: 'src/web/pages/step-up.tsx',
    queries: home,
    title: 'step_up.title',
    who: 'signed-in',
  },
  {
    path: '/get-help',
    load: () => import('./pages/get-help.tsx'),
    source: 'src/web/pages/get-help.tsx',
    queries: () => [],
    title: 'get_help.title',
    who: 'anyone',
  },
  {
    path: '/sessions',
    load: () => import('./pages/sessions.tsx'),
    source: 'src/web/pages/sessions.tsx',
    queries: () => [sessionQueries.current(), sessionQueries.list()],
    title: 'sessions.title',
    who: 'signed-in',
  },
  {
    path: '/sign-out',
    load: () => import('./pages/sign-out.tsx'),
    source: 'src/web/pages/sign-out.tsx',
    queries: () => [],
    title: 'sign_out.title',
    who: 'anyone',
  },
  {
    path: '/signed-out',
    load: () => import('./pages/signed-out.tsx'),
    source: 'src/web/pages/signed-out.tsx',
    queries: () => [],
    title: 'signed_out_page.title',
    who: 'anyone',
  },
  forStaff('/helpdesk', 'people'),
  forStaff('/helpdesk/people/:userId', 'person'),
  forStaff('/helpdesk/approvals', 'approvals'),
  forStaff('/helpdesk/audit-log', 'audit'),
  forPerson('/caller-verifications', 'callerVerification'),
  forPerson('/security-history', 'securityHistory'),
  forPerson('/freeze/:token', 'freeze', 'anyone'),
  forPerson('/frozen', 'frozen', 'anyone'),
];

/** The page at a path and its parameters, or undefined: then there is none. */
export function matchPage(pathname: string): { page: Page; params: Params } | undefined {
  for (const page of pages) {
    const match = matchPath({ path: page.path, caseSensitive: true }, pathname);
    if (match) return { page, params: match.params as Params };
  }
  return undefined;
}
