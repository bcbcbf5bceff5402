import { FIVE_MINUTES, PHONE_FAMILY, blank, gaps, isSent } from './parts.ts';
import type { Expected, Factor, Given, Person, Push, Sent } from './parts.ts';

export const refused = (status: number, code: string): Expected => ({ status, code });
export const notFound = () => refused(404, 'E0000007');
export const noSuchPath = () => refused(404, 'E0000008');
export const notAllowed = () => refused(400, 'E0000001');
export const locked = () => refused(403, 'E0000069');
export const wrongState = () => refused(403, 'E0000107');
export const tooMany = () => refused(429, 'E0000047');

export const active = ({ status }: Factor) => status === 'ACTIVE';
export const pending = ({ status }: Factor) => status === 'PENDING_ACTIVATION';

/** `turns`: when each address got its last code, in ms since 1970. */
export type Org = {
  oie: boolean;
  turns: Map<string, number>;
  people: Person[];
  codeAt: (secret: string, step: number) => string;
};

const registered =
  ({ people }: Org) =>
  (credential: string) =>
    people.some(({ factors }) => factors.some((one) => one.credential === credential));
export const recent = (at: number[], now: number) => at.filter((one) => one > now - FIVE_MINUTES);

/** Refuses the call if the address got its last code too recently. */
export function send(
  { oie, turns }: Org,
  me: Person,
  factor: Factor,
  purpose: 'activate' | 'verify',
  seconds: number,
  now: number,
): Expected {
  const { seconds: gap, code } = gaps[factor.kind as Sent];
  const address = `${factor.kind} ${factor.to}`;
  if (now - (turns.get(address) ?? -Infinity) < gap * 1000) return refused(429, code);
  turns.set(address, now);
  me.sent += 1;
  return {
    status: 200,
    sends: { factor, purpose, until: now + seconds * 1000, replaces: oie || factor.kind === 'email' },
  };
}

export function keepPhone({ oie }: Org, me: Person, { kind, to }: Factor, replace: boolean): void {
  const used = me.factors.filter((one) => one.kind === kind && active(one)).map((one) => one.to);
  const stays = (number: string) => number !== to && oie && (!replace || used.includes(number));
  me.phones = [...me.phones.filter((one) => one.channel !== kind || stays(one.to)), { channel: kind, to }];
}

/** With `byPhone`, pending factors become active and get new secrets, which the model does not know. */
export function completeFamily({ oie }: Org, me: Person, byPhone: boolean): void {
  for (const kind of PHONE_FAMILY.filter((one) => oie || one !== 'fastPass')) {
    const own = me.factors.find((one) => one.kind === kind);
    if (!own) me.factors.push({ ...blank(kind), status: 'ACTIVE' });
    else if (pending(own) && byPhone) Object.assign(own, { ...blank(kind), id: own.id, status: 'ACTIVE' });
  }
}

export const forget = (factor: Factor) => factor.out.forEach((one) => (one.until = -1));

export function take(me: Person, going: readonly Factor[], recovery: boolean): void {
  me.factors = me.factors.filter((one) => one.automatic || !going.includes(one));
  for (const one of going) {
    forget(one);
    if (recovery && isSent(one.kind))
      me.phones = me.phones.filter((phone) => phone.channel !== one.kind || phone.to !== one.to);
  }
}

export const getState = ({ status, until }: Push, now: number) =>
  now >= until && (status === 'WAITING' || status === 'SUCCESS') ? 'TIMEOUT' : status;

export function challenge(org: Org, me: Person, factor: Factor, given: Given, now: number): Expected | undefined {
  if (factor.kind === 'push') {
    const push: Push = {
      id: '',
      status: 'WAITING',
      matching: given.matching === true,
      number: null,
      until: now + FIVE_MINUTES,
    };
    factor.pushes.push(push);
    return { status: 201, result: 'WAITING', push };
  }
  if (!given.none) return undefined;
  if (isSent(factor.kind)) {
    const sent = send(org, me, factor, 'verify', given.seconds ?? 300, now);
    return { ...sent, ...(sent.sends && { result: 'CHALLENGE' }) };
  }
  if (factor.kind === 'key')
    return { status: 200, result: 'CHALLENGE', challenge: { factor, purpose: 'verify', until: now + FIVE_MINUTES } };
  return undefined;
}

export const knows = (org: Org) => ({ codeAt: org.codeAt, registered: registered(org) });
