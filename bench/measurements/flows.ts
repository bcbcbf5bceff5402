import { setTimeout as sleep } from 'node:timers/promises';
import { createVisitor, type Reply, type Visitor } from '#testing/visitor.ts';
import { simulator, shape, type ApiRequest } from '../simulator.ts';
import { until, type Sandbox } from '../processes.ts';
import { startPortal, type RunningEmulator } from '../servers.ts';
import type { Row } from '../table.ts';

type Message = { code: string | null };
type Waiting = { factorResult: string; transactionId: string; number: number };

function done(reply: Reply): Reply {
  if (reply.status >= 300)
    throw new Error(`${reply.url.pathname} answered ${reply.status}: ${reply.text.slice(0, 300)}`);
  return reply;
}

const codeOf = (emulator: RunningEmulator, login: string): Promise<string> =>
  until(
    `a code for ${login}`,
    async () =>
      (await simulator<Message[]>(emulator, `/messages?user=${login}`)).find(({ code }) => code)?.code ?? undefined,
  );

async function idOf(who: Visitor, kind: string): Promise<string> {
  const { factors } = done(await who.call('listFactors')).body as { factors: { id: string; kind: string }[] };
  return factors.find((one) => one.kind === kind)!.id;
}

/** Each change first checks that the person may still sign in. */
export async function flowRows(sandbox: Sandbox, emulator: RunningEmulator): Promise<Row[]> {
  const portal = await startPortal(sandbox, emulator);
  const signedIn = async (login: string) => {
    const visitor = createVisitor({ base: portal.url, emulator: emulator.url, password: emulator.password });
    await visitor.signIn(login);
    return visitor;
  };

  async function row(what: string, share: { goal: number; limit: number }, flow: () => Promise<void>): Promise<Row> {
    const before = (await simulator<ApiRequest[]>(emulator, '/requests')).length;
    await flow();
    const calls = (await simulator<ApiRequest[]>(emulator, '/requests'))
      .toReversed()
      .slice(before)
      .filter(({ path }) => path.startsWith('/api/'));
    return {
      what: `calls to ${what}: BFF → org`,
      unit: '',
      values: [calls.length],
      ...share,
      beside: calls.map(shape).join(', '),
    };
  }

  const katherine = await signedIn('katherine@example.com');
  const message = await row('add a text message', { goal: 5, limit: 6 }, async () => {
    const made = done(await katherine.call('enrollFactor', {}, { body: { kind: 'sms', phoneNumber: '+15550100177' } }));
    const passCode = await codeOf(emulator, 'katherine@example.com');
    done(
      await katherine.call(
        'activateFactor',
        { factorId: (made.body as { factor: { id: string } }).factor.id },
        { body: { passCode } },
      ),
    );
  });

  const margaret = await signedIn('margaret@example.com');
  const [factorId, lost] = [await idOf(margaret, 'sms'), await idOf(margaret, 'call')];
  const removal = await row('prove by a code that is sent, and remove', { goal: 10, limit: 10 }, async () => {
    const purpose = `remove:${lost}`;
    done(await margaret.call('verifyFactor', { factorId }, { body: { purpose } }));
    done(
      await margaret.call(
        'verifyFactor',
        { factorId },
        { body: { passCode: await codeOf(emulator, 'margaret@example.com'), purpose } },
      ),
    );
    done(await margaret.call('deleteFactor', { factorId: lost }));
  });

  const dorothy = await signedIn('dorothy@example.com');
  const phone = await idOf(dorothy, 'okta-verify');
  const push = await row('prove by a push that is answered at once', { goal: 4, limit: 5 }, async () => {
    const sent = done(await dorothy.call('verifyFactor', { factorId: phone }, { body: { purpose: 'enroll:totp' } }))
      .body as Waiting;
    await simulator(emulator, '/push', { user: 'dorothy@example.com', answer: 'approve', number: sent.number });
    await until('the push’s end', async () => {
      await sleep(500);
      const { factorResult } = done(
        await dorothy.call('pollTransaction', { factorId: phone, transactionId: sent.transactionId }, { poll: true }),
      ).body as Waiting;
      return factorResult === 'SUCCESS' || undefined;
    });
  });
  await portal.end();
  return [message, removal, push];
}
