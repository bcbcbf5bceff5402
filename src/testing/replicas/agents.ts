import { randomBytes } from 'node:crypto';
import { createCallerVerifications } from '#bff/features/helpdesk/caller-verification/caller-verifications.ts';
import { sha256, createSealer } from '#bff/platform/store/secrets.ts';
import { createStepUps } from '#bff/identity/step-up/step-ups.ts';
import { createClock } from '#clock';
import type { Visitor } from '../visitor.ts';
import { readCode, repeat, send, type Ledger } from './ledger.ts';
import type { Person, Resetter } from './people.ts';
import type { Rig } from './rig.ts';

/** The agent's step-ups and caller verifications are inserted into the store. */
export class Agent implements Resetter {
  readonly visitor: Visitor;
  readonly ledger: Ledger;
  readonly base: string;
  readonly #rig: Rig;
  readonly #who: { id: string; login: string };

  constructor(rig: Rig, ledger: Ledger, who: { id: string; login: string }) {
    this.visitor = rig.visitor();
    this.ledger = ledger;
    this.base = rig.base;
    this.#rig = rig;
    this.#who = who;
  }

  async signIn(): Promise<void> {
    await this.visitor.signIn(this.#who.login);
    if (!this.visitor.token()) throw new Error(`${this.#who.login} could not sign in`);
  }

  async #usedFactors(userId: string, factorId: string) {
    const { url, apiToken } = this.#rig.org;
    const headers = { authorization: `SSWS ${apiToken}` };
    const answer = await fetch(`${url}/api/v1/users/${userId}/factors/${factorId}`, { headers });
    const { id, created, lastUpdated } = (await answer.json()) as Record<'id' | 'created' | 'lastUpdated', string>;
    return [{ id, created, lastUpdated, kind: 'okta-verify' as const, name: null, number: null }];
  }

  async reset(person: Person, factorId: string): Promise<void> {
    const { store } = this.#rig;
    const clock = createClock();
    const userId = person.who.id;
    const session = await store
      .selectFrom('sessions')
      .selectAll()
      .where('token_hash', '=', sha256(this.visitor.token()!))
      .executeTakeFirstOrThrow();
    await createStepUps(store, clock).give(session, `helpdesk:${userId}`, 3);
    const verifications = createCallerVerifications(
      store,
      clock,
      createSealer(['a secret of thirty-two bytes or more']),
    );
    const { id } = await verifications.attest({
      agent_id: this.#who.id,
      agent_name: this.#who.login,
      user_id: userId,
      type: 'push',
      methods: [],
      all: 1,
      reason: 'lost',
      used: await this.#usedFactors(userId, factorId),
    });
    const call = {
      params: { userId },
      body: { factorIds: [factorId], reason: 'lost', ticket: 'INC-1', callerVerificationId: id },
      key: randomBytes(16).toString('base64url'),
    };
    person.isBeingReset = true;
    const first = await send(this, 'resetMethods', call);
    // A reset ends the person's sessions.
    if (!first) await person.signIn();
    const before = first ? null : await person.list();
    const reply = first ?? (await repeat(this, 'resetMethods', call));
    // Reconciliation may later finish a reset without an answer. It then ends the person's sessions.
    person.isBeingReset = !reply;
    await person.signIn();
    const after = await person.list();
    if (!reply || !after) return;
    const isGone = (list: readonly { id: string }[]) => !list.some((one) => one.id === factorId);
    const told = `a reset for ${person.who.login} was answered ${reply.status} ${readCode(reply) ?? ''}`;
    // A reset that is not `done` waits for an approver.
    const isDone = (reply.body as { status?: string } | undefined)?.status === 'done';
    if (isDone && !isGone(after)) this.ledger.violations.push(`${told}, and was not done`);
    if (before && isGone(before) && !isGone(after))
      this.ledger.violations.push(`${told}: it was done, and then was not`);
    if (isDone) this.ledger.told.push({ userId, what: 'remove', factorId });
  }
}
