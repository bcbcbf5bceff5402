import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { EndpointName } from '#contract/endpoints.ts';
import { codeAt } from '../programs/authenticator-app.ts';
import type { Reply, Visitor } from '../visitor.ts';
import { readCode, isOutage, repeat, send, type Ledger } from './ledger.ts';
import type { Rig } from './rig.ts';

const ANSWER = 'Green turnips';
const STEP_MS = 30_000;

export type Method = { id: string; kind: string; status: string };
type Secret = { factorId: string; text: string; lastStep: number };
type Change = {
  name: EndpointName;
  params?: Record<string, string>;
  body?: unknown;
  done: (list: readonly Method[]) => boolean;
};
export type Resetter = { reset(person: Person, factorId: string): Promise<void> };

const newKey = () => randomBytes(16).toString('base64url');

/**
 * Repeatedly adds, activates and removes an authenticator app. After a lost answer, repeats the change with its key.
 */
export class Person {
  readonly visitor: Visitor;
  readonly ledger: Ledger;
  readonly base: string;
  readonly who: { id: string; login: string };
  readonly #agent: Resetter | null;
  /** True from the request of a reset until the next sign-in. */
  isBeingReset = false;
  readonly mayEnd = () => this.isBeingReset;
  #secret: Secret | null = null;
  #turn = 0;

  constructor(
    rig: Rig,
    ledger: Ledger,
    who: { id: string; login: string },
    { agent = null, via }: { agent?: Resetter | null; via?: { port: number } } = {},
  ) {
    this.visitor = rig.visitor(via);
    this.ledger = ledger;
    this.base = rig.base;
    this.who = who;
    this.#agent = agent;
  }

  async signIn(): Promise<void> {
    const before = this.visitor.token();
    for (let tries = 0; tries < 60; tries += 1) {
      // A killed portal interrupts a sign-in, and no balancer repeats its requests.
      await this.visitor.signIn(this.who.login).catch(() => null);
      const token = this.visitor.token();
      if (token !== undefined && token !== before) return;
      await pause(500);
    }
    throw new Error(`${this.who.login} could not sign in`);
  }

  async list(): Promise<Method[] | null> {
    let reply = await send(this, 'listFactors');
    if (reply?.status === 401 && this.isBeingReset) {
      await this.signIn();
      reply = await send(this, 'listFactors');
    }
    return reply?.status === 200 ? (reply.body as { factors: Method[] }).factors : null;
  }

  /** Null if every code that Okta accepts now has been used. */
  #nextCode(): string | null {
    if (!this.#secret) return null;
    const now = Math.floor(Date.now() / STEP_MS);
    const step = Math.max(now - 1, this.#secret.lastStep + 1);
    if (step > now + 1) return null;
    this.#secret.lastStep = step;
    return codeAt({ secret: this.#secret.text }, step * STEP_MS);
  }

  async #verify(factorId: string, answer: object, purpose?: string): Promise<boolean> {
    const body = purpose === undefined ? answer : { ...answer, purpose };
    const call = { params: { factorId }, body, key: newKey() };
    // A lost answer may have set a new session cookie. Only a repeated request gets this cookie again.
    const reply = (await send(this, 'verifyFactor', call)) ?? (await repeat(this, 'verifyFactor', call));
    return reply?.status === 200;
  }

  /** After a lost answer, reloads the list, repeats the change, and reloads the list again. */
  async #change({ name, params = {}, body, done }: Change): Promise<Reply | null> {
    const call = { params, body, key: newKey() };
    const first = await send(this, name, call);
    if (first && !isOutage(first)) return first;
    const before = await this.list();
    const reply = await repeat(this, name, call);
    const after = await this.list();
    if (!reply || !before || !after) return reply;
    const told = `${name} of ${this.who.login} was answered ${reply.status} ${readCode(reply) ?? ''}`;
    if (done(before) && !done(after)) this.ledger.violations.push(`${told}: it was done, and then was not`);
    if ((reply.status < 300 || readCode(reply) === 'already_done') && !done(after))
      this.ledger.violations.push(`${told}, and was not done`);
    const untrue = ['wrong_code', 'too_many_attempts'].includes(readCode(reply) ?? '');
    if (done(before) && untrue) this.ledger.violations.push(`${told}, although it was done before`);
    return reply;
  }

  #told(reply: Reply | null, what: 'enroll' | 'activate' | 'remove', factorId: string): void {
    if (reply && reply.status < 300) this.ledger.told.push({ userId: this.who.id, what, factorId });
  }

  async #addQuestion(): Promise<void> {
    const reply = await this.#change({
      name: 'enrollFactor',
      body: { kind: 'question', question: 'disliked_food', answer: ANSWER },
      done: (list) => list.some(({ kind }) => kind === 'question'),
    });
    if (reply?.status === 201) this.#told(reply, 'enroll', (reply.body as { factor: Method }).factor.id);
  }

  async #addApp(question: Method): Promise<void> {
    if (!(await this.#verify(question.id, { answer: ANSWER }, 'enroll:totp'))) return;
    const reply = await this.#change({
      name: 'enrollFactor',
      body: { kind: 'totp' },
      done: (list) => list.some(({ kind }) => kind === 'totp'),
    });
    if (reply?.status !== 201) return;
    const { factor, activation } = reply.body as { factor: Method; activation: { sharedSecret: string } };
    this.#secret = { factorId: factor.id, text: activation.sharedSecret, lastStep: 0 };
    this.#told(reply, 'enroll', factor.id);
  }

  async #activate({ id: factorId }: Method): Promise<void> {
    const passCode = this.#nextCode();
    if (passCode === null) return;
    const done = (list: readonly Method[]) => list.some(({ id, status }) => id === factorId && status === 'ACTIVE');
    const reply = await this.#change({ name: 'activateFactor', params: { factorId }, body: { passCode }, done });
    this.#told(reply, 'activate', factorId);
  }

  async #remove({ id: factorId, status }: Method): Promise<void> {
    if (status === 'ACTIVE') {
      const passCode = this.#nextCode();
      if (passCode === null || !(await this.#verify(factorId, { passCode }, `remove:${factorId}`))) return;
    }
    const done = (list: readonly Method[]) => !list.some(({ id }) => id === factorId);
    const reply = await this.#change({ name: 'deleteFactor', params: { factorId }, done });
    this.#told(reply, 'remove', factorId);
  }

  async action(): Promise<void> {
    const list = await this.list();
    if (!list) return;
    const question = list.find(({ kind }) => kind === 'question');
    const app = list.find(({ kind }) => kind === 'totp');
    if (!question) return this.#addQuestion();
    if (!app) return this.#addApp(question);
    // The answer with the app's secret was lost, so the person does not know it.
    if (this.#secret?.factorId !== app.id) return this.#remove(app);
    if (app.status !== 'ACTIVE') return this.#activate(app);
    this.#turn += 1;
    if (this.#turn % 2 === 1) {
      await this.#verify(question.id, { answer: ANSWER });
      return undefined;
    }
    return this.#agent ? this.#agent.reset(this, app.id) : this.#remove(app);
  }

  async live(isOver: () => boolean, thinkMs: number): Promise<void> {
    while (!isOver()) {
      await this.action();
      if (!isOver()) await pause(thinkMs);
    }
  }
}
