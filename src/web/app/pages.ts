import type { FetchQueryOptions } from '@tanstack/react-query';
import type { ComponentType } from 'react';
import { matchPath } from 'react-router';
import type { EnrollBody } from '#contract/endpoints.ts';
import { factorQueries, homeQueries, sessionQueries } from '../api/queries.ts';
import { factorUiOf } from '../components/factor/factor-ui.ts';
import ListPage from '../features/factors/list-page.tsx';
import type { PageProps, Params } from '../components/page-props.ts';
import type { Feature, MessageId } from '../i18n/message-ids.ts';

/** A query that a page needs before it renders. Result types differ; only the page's own hooks read them. */
// oxlint-disable-next-line no-explicit-any -- a list of options of different results has no narrower type
export type PageQuery = FetchQueryOptions<any, Error, any, any>;

/** A page's module. `queries`: what the page needs besides `Page.queries`; the entry does not contain these. */
export type PageModule = { default: ComponentType<PageProps>; queries?: (params: Params) => PageQuery[] };

export type Page = {
  path: string;
  /** Loads the component's module when the page is first opened. */
  load: () => Promise<PageModule>;
  /**
   * The module's file, as the build's manifest names it, so that the server can tell the browser to fetch it early.
   * Undefined if the entry contains it.
   */
  source?: string;
  /** Catalogs that the page needs besides the first page's; they load together with the module. */
  messages: readonly Feature[];
  queries: (params: Params) => PageQuery[];
  title: MessageId;
  who: 'signed-in' | 'anyone';
};

const session = (): PageQuery[] => [sessionQueries.current()];
const needed = (what: 'catalog' | 'questions' | undefined): PageQuery[] => (what ? [factorQueries[what]()] : []);
const home = (): PageQuery[] => [homeQueries.page()];
const detail = ({ factorId = '' }: Params): PageQuery[] => [sessionQueries.current(), factorQueries.detail(factorId)];

/**
 * The helpdesk's pages share one module, and the pages about the helpdesk's requests share another. Each further module
 * name makes every first page larger.
 */
const staffMessages = [
  'helpdesk',
  'helpdesk-approvals',
  'helpdesk-audit-log',
  'helpdesk-caller-verification',
  'helpdesk-person',
  'helpdesk-reset',
  'helpdesk-search',
] as const;
const staffTitles = {
  people: 'helpdesk.people_title',
  person: 'helpdesk-person.title',
  approvals: 'helpdesk-approvals.title',
  audit: 'helpdesk-audit-log.title',
} as const;
const forStaff = (path: string, name: keyof typeof import('../features/helpdesk/pages.ts')): Page => ({
  path,
  load: () => import('../features/helpdesk/pages.ts').then((all) => all[name]),
  source: 'src/web/features/helpdesk/pages.ts',
  queries: session,
  messages: staffMessages,
  title: staffTitles[name],
  who: 'signed-in',
});
const personPages = {
  callerVerification: { title: 'caller-verification.title', messages: ['caller-verification'] },
  securityHistory: { title: 'security-history.title', messages: ['freeze', 'security-history', 'sessions'] },
  freeze: { title: 'freeze.title', messages: ['freeze'] },
  frozen: { title: 'freeze.done_title', messages: ['freeze', 'get-help'] },
} as const;
const forPerson = (
  path: string,
  name: keyof typeof import('../features/person-pages.ts'),
  who: Page['who'] = 'signed-in',
): Page => ({
  path,
  load: () => import('../features/person-pages.ts').then((all) => all[name]),
  source: 'src/web/features/person-pages.ts',
  queries: who === 'anyone' ? () => [] : session,
  ...personPages[name],
  who,
});

/** The module of each kind's enroll page. */
const enrollPages: Record<EnrollBody['kind'], Pick<Page, 'load' | 'messages'>> = {
  totp: {
    load: () => import('../features/factors/kinds/totp/enroll.tsx'),
    messages: ['enroll', 'totp'],
  },
  'okta-verify': {
    load: () => import('../features/factors/kinds/okta-verify/enroll.tsx'),
    messages: ['enroll', 'okta-verify', 'totp'],
  },
  sms: {
    load: () => import('../features/factors/kinds/sms/enroll.tsx'),
    messages: ['enroll', 'phone', 'sent-code'],
  },
  call: {
    load: () => import('../features/factors/kinds/call/enroll.tsx'),
    messages: ['enroll', 'phone', 'sent-code'],
  },
  email: {
    load: () => import('../features/factors/kinds/email/enroll.tsx'),
    messages: ['email', 'enroll', 'sent-code'],
  },
  question: {
    load: () => import('../features/factors/kinds/question/enroll.tsx'),
    messages: ['enroll', 'question'],
  },
  webauthn: {
    load: () => import('../features/factors/kinds/webauthn/enroll.tsx'),
    messages: ['enroll', 'method', 'webauthn'],
  },
};

/** All pages. */
export const pages: readonly Page[] = [
  {
    path: '/',
    // The entry contains this page, because most visits start here.
    load: () => Promise.resolve({ default: ListPage }),
    messages: [],
    queries: home,
    title: 'factors.list.title',
    who: 'signed-in',
  },
  {
    path: '/add',
    load: () => import('../features/factors/add-page.tsx'),
    source: 'src/web/features/factors/add-page.tsx',
    messages: ['add'],
    queries: home,
    title: 'add.title',
    who: 'signed-in',
  },
  ...Object.entries(enrollPages).flatMap(([kind, page]): Page[] => {
    const { enroll } = factorUiOf(kind);
    if (!enroll) return [];
    const source = `src/web/features/factors/kinds/${kind}/enroll.tsx`;
    return [{ ...enroll, ...page, source, queries: () => [...session(), ...needed(enroll.needs)], who: 'signed-in' }];
  }),
  {
    path: '/methods/:factorId',
    load: () => import('../features/factors/method-page.tsx'),
    source: 'src/web/features/factors/method-page.tsx',
    messages: ['enroll', 'method'],
    queries: detail,
    title: 'method.title',
    who: 'signed-in',
  },
  {
    path: '/methods/:factorId/activate',
    load: () => import('../features/factors/activate-page.tsx'),
    source: 'src/web/features/factors/activate-page.tsx',
    messages: ['activate', 'enroll', 'sent-code'],
    queries: detail,
    title: 'activate.title',
    who: 'signed-in',
  },
  {
    path: '/methods/:factorId/test',
    load: () => import('../features/factors/test-page.tsx'),
    source: 'src/web/features/factors/test-page.tsx',
    messages: ['enroll', 'test'],
    queries: detail,
    title: 'test.title',
    who: 'signed-in',
  },
  {
    path: '/methods/:factorId/remove',
    load: () => import('../features/factors/remove-page.tsx'),
    source: 'src/web/features/factors/remove-page.tsx',
    messages: ['method', 'remove'],
    queries: detail,
    title: 'remove.title',
    who: 'signed-in',
  },
  {
    path: '/step-up',
    load: () => import('../features/step-up/step-up-page.tsx'),
    source: 'src/web/features/step-up/step-up-page.tsx',
    messages: ['step-up-page'],
    queries: home,
    title: 'step-up-page.title',
    who: 'signed-in',
  },
  {
    path: '/get-help',
    load: () => import('../features/support/get-help-page.tsx'),
    source: 'src/web/features/support/get-help-page.tsx',
    messages: ['get-help'],
    queries: () => [],
    title: 'get-help.title',
    who: 'anyone',
  },
  {
    path: '/sessions',
    load: () => import('../features/sessions/sessions-page.tsx'),
    source: 'src/web/features/sessions/sessions-page.tsx',
    messages: ['sessions'],
    queries: () => [sessionQueries.current(), sessionQueries.list()],
    title: 'sessions.title',
    who: 'signed-in',
  },
  {
    path: '/sign-out',
    load: () => import('../features/sessions/sign-out-page.tsx'),
    source: 'src/web/features/sessions/sign-out-page.tsx',
    messages: ['sign-out'],
    queries: () => [],
    title: 'sign-out.title',
    who: 'anyone',
  },
  {
    path: '/signed-out',
    load: () => import('../features/sessions/signed-out-page.tsx'),
    source: 'src/web/features/sessions/signed-out-page.tsx',
    messages: ['signed-out'],
    queries: () => [],
    title: 'signed-out.title',
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

/** Returns the page at a path and its parameters, or undefined if no page has this path. */
export function matchPage(pathname: string): { page: Page; params: Params } | undefined {
  for (const page of pages) {
    const match = matchPath({ path: page.path, caseSensitive: true }, pathname);
    if (match) return { page, params: match.params as Params };
  }
  return undefined;
}
