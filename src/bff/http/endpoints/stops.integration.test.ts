import { beforeEach, expect, test } from 'vitest';
import type { EndpointName } from '#contract/endpoints.ts';
import { getBody } from '#testing/requests/route-table.ts';
import { GRACE, HEDY, testEnv, type Portal } from '#testing/test-env.ts';
import type { Visitor } from '#testing/visitor.ts';
import { endpointRows } from '../../endpoint-rows.ts';
import { signInAgent, type SignedInStaff, startVerification } from '../../features/helpdesk/testing/agent-fixture.ts';
import { personId } from '../../features/helpdesk/testing/helpdesk-fixture.ts';
import type { Session } from '../../identity/sessions/sessions.ts';
import { isStop } from '../policies.ts';

const env = await testEnv();
let portal: Portal;
let grace: string;
let who: Visitor;
let hedy: SignedInStaff;
beforeEach(async () => {
  portal = await env.fresh();
  grace = await personId(portal, GRACE);
  await portal.signedIn(GRACE);
  who = await portal.signedIn(GRACE);
  hedy = await signInAgent(portal, HEDY);
});
const other = async () => {
  const { sessions } = (await who.call('listSessions')).body;
  return sessions.find(({ current }: { current: boolean }) => !current).id as string;
};

type Stopping = { event: string; begin(): Promise<() => Promise<{ status: number }>> };
/** One entry for each endpoint that stops a thief. */
const stops: Partial<Record<EndpointName, Stopping>> = {
  freezeMyself: { event: 'user.account.freeze', begin: async () => () => who.call('freezeMyself') },
  endSession: {
    event: 'user.session.end',
    async begin() {
      const id = await other();
      return () => who.call('endSession', { id });
    },
  },
  endOtherSessions: { event: 'user.session.end_others', begin: async () => () => who.call('endOtherSessions') },
  answerCallerVerification: {
    event: 'helpdesk.caller_verification.verify',
    async begin() {
      const { id } = (await startVerification(hedy.visitor, grace, { type: 'own-session' })).body;
      return () => who.call('answerCallerVerification', { id }, { body: { answer: 'no' } });
    },
  },
  reportCall: {
    event: 'helpdesk.call.report',
    begin: async () => () => hedy.visitor.call('reportCall', { userId: grace }, { body: { signs: ['claimed_it'] } }),
  },
};
const names = (Object.keys(endpointRows) as EndpointName[]).filter(
  (name) =>
    endpointRows[name].change && (isStop(endpointRows[name], getBody(name)) || name === 'answerCallerVerification'),
);

const meanwhile = {
  'its session has ended': ({ id }: Session) => portal.store.deleteFrom('sessions').where('id', '=', id).execute(),
  'who acts is frozen': ({ user_id }: Session) => portal.app.services.helpdeskServices.freezes.freeze(user_id),
};

test.each(
  names.flatMap((name) => Object.keys(meanwhile).map((what) => [name, what as keyof typeof meanwhile] as const)),
)('[S9] %s is written though %s since it arrived', async (name, what) => {
  const { event, begin } = stops[name]!;
  const row = endpointRows[name] as { handler(context: { session: Session }, services: never): Promise<unknown> };
  const { handler } = row;
  const request = await begin();
  row.handler = async (context, services) => {
    await meanwhile[what](context.session);
    return handler.call(row, context, services);
  };
  try {
    expect((await request()).status).toBeLessThan(300);
    expect(await portal.auditRows({ event: event as never }, 'type')).toEqual([{ type: 'event' }]);
  } finally {
    row.handler = handler;
  }
});

test('[S9] reportCall is written though its session ended and its agent was frozen while Okta answered', async () => {
  const { users } = portal.app.services;
  const { current } = users;
  const [id] = [hedy.id];
  users.current = async (...args) => {
    const person = await current(...args);
    if (args[0] === id) {
      await portal.store.deleteFrom('sessions').where('user_id', '=', id).execute();
      users.current = current;
    }
    return person;
  };
  const reply = await hedy.visitor.call('reportCall', { userId: grace }, { body: { signs: ['claimed_it'] } });
  expect(reply.status).toBe(201);
});

test('[S9] signing out is recorded though who acts is frozen', async () => {
  await portal.app.services.helpdeskServices.freezes.freeze(grace);
  expect((await who.signOut()).status).toBe(303);
  expect(await portal.auditRows({ event: 'user.session.end' }, 'type')).toEqual([{ type: 'event' }]);
});
