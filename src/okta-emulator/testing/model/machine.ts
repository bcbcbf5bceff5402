import {
  active,
  challenge,
  completeFamily,
  forget,
  getState,
  keepPhone,
  knows,
  locked,
  noSuchPath,
  notAllowed,
  notFound,
  pending,
  recent,
  refused,
  send,
  take,
  tooMany,
  wrongState,
  type Org,
} from './effects.ts';
import { judge } from './judge.ts';
import { FIVE_MINUTES, PHONE_FAMILY, TEN_MINUTES, blank, isSent } from './parts.ts';
import type { Expected, Factor, Kind, Machine, Person } from './parts.ts';

const enroll =
  (org: Org): Machine['enroll'] =>
  (me, kind, ask, now) => {
    const same = me.factors.filter((one) => one.kind === kind);
    const several = kind === 'key' || (org.oie && (kind === 'sms' || kind === 'call'));
    if (!several && same.some(active)) return notAllowed();
    const earlier = same.find(pending);
    const made: Factor = { ...blank(kind), id: earlier?.id ?? '', replace: ask.update };
    let answer: Expected = { status: 200, shows: made };
    if (kind === 'sms' || kind === 'call') {
      const known = me.phones.filter(({ channel }) => channel === kind).map(({ to }) => to);
      const to = ask.to ?? known[0];
      if (to === undefined) return notAllowed();
      const verified = known.includes(to);
      if (known.length > 0 && !verified && !ask.update && !org.oie) return notAllowed();
      if (same.some((one) => active(one) && one.to === to)) return notAllowed();
      made.to = to;
      if (verified || ask.activate) made.status = 'ACTIVE';
      if (!verified && ask.activate) keepPhone(org, me, made, ask.update);
      if (kind === 'sms' && made.status === 'ACTIVE') made.id = '';
    }
    if (kind === 'email') {
      made.to = ask.to ?? me.email;
      if (made.to !== me.email && (org.oie || made.to !== me.second)) return notAllowed();
      if (ask.activate) made.status = 'ACTIVE';
      made.seconds = ask.seconds;
    }
    if (isSent(kind) && pending(made)) {
      const sent = send(org, me, made, 'activate', made.seconds, now);
      if (!sent.sends) return sent;
      answer = { ...sent, shows: made };
    }
    if (kind === 'question') Object.assign(made, { status: 'ACTIVE', answer: ask.answer });
    if (kind === 'app' || kind === 'codes') answer.secret = made;
    if (kind === 'push') Object.assign(made, { ends: now + TEN_MINUTES });
    if (kind === 'key') answer.challenge = { factor: made, purpose: 'activate', until: now + TEN_MINUTES };
    me.factors = [...me.factors.filter((one) => one !== earlier), made];
    return answer;
  };

const activate =
  (org: Org): Machine['activate'] =>
  (me, factor, given, now) => {
    if (me.locked) return locked();
    if (!factor) return notFound();
    if (!pending(factor)) return wrongState();
    me.tries = recent(me.tries, now);
    if (me.tries.length >= 5) return tooMany();
    if (isSent(factor.kind) && given.none) return notAllowed();
    me.tries.push(now);
    if (factor.kind === 'push') {
      factor.ends = now + TEN_MINUTES;
      return { status: 200, result: 'WAITING' };
    }
    const verdict = judge(factor, 'activate', given, now, knows(org));
    if (verdict !== 'right') return refused(403, verdict === 'consumed' ? 'E0000082' : 'E0000068');
    factor.status = 'ACTIVE';
    forget(factor);
    if (factor.kind === 'sms') factor.id = '';
    if (factor.kind === 'sms' || factor.kind === 'call') keepPhone(org, me, factor, factor.replace);
    if (factor.kind === 'codes' && org.oie) completeFamily(org, me, false);
    return { status: 200, shows: factor };
  };

const resend =
  (org: Org): Machine['resend'] =>
  (me, factor, now) => {
    if (me.locked) return locked();
    if (!factor) return notFound();
    if (!isSent(factor.kind)) return noSuchPath();
    if (!pending(factor)) return notAllowed();
    [me.tries, me.resends] = [recent(me.tries, now), recent(me.resends, now)];
    if (me.tries.length >= 5 || me.resends.length >= 5) return tooMany();
    const sent = send(org, me, factor, 'activate', factor.seconds, now);
    if (!sent.sends) return sent;
    me.resends.push(now);
    return { ...sent, shows: factor };
  };

const verify =
  (org: Org): Machine['verify'] =>
  (me, factor, given, now) => {
    if (me.locked) return locked();
    if (!factor) return notFound();
    if (!active(factor) || factor.kind === 'fastPass') return notAllowed();
    const challenged = challenge(org, me, factor, given, now);
    if (challenged) return challenged;
    const verdict = judge(factor, 'verify', given, now, knows(org));
    if (verdict === 'consumed') return refused(403, 'E0000082');
    if (verdict === 'right') {
      me.misses = 0;
      for (const one of factor.out) one.used ||= one.purpose === 'verify';
      return { status: 200, result: 'SUCCESS' };
    }
    me.misses = (now - me.missedAt > FIVE_MINUTES ? 0 : me.misses) + 1;
    me.missedAt = now;
    me.locked = me.misses >= 5;
    return me.locked ? locked() : refused(403, 'E0000068');
  };

const poll: Machine['poll'] = (me, factor, now) => {
  if (me.locked) return locked();
  if (!factor) return notFound();
  if (factor.kind !== 'push') return noSuchPath();
  if (active(factor)) return { status: 200, shows: factor };
  return { status: 200, result: now >= factor.ends ? 'TIMEOUT' : 'WAITING' };
};

const phone =
  (org: Org): Machine['phone'] =>
  (me, answer, number, now) => {
    if (me.locked) return { status: 409 };
    if (answer === 'enroll') {
      const begun = me.factors.find((one) => one.kind === 'push' && pending(one) && now < one.ends);
      if (!begun) return { status: 404 };
      completeFamily(org, me, true);
      return { status: 200 };
    }
    const push = me.factors.flatMap(({ pushes }) => pushes).findLast((one) => getState(one, now) === 'WAITING');
    if (!push) return { status: 404 };
    if (answer === 'approve' && push.matching && number === undefined) return { status: 400 };
    const approved = answer === 'approve' && (!push.matching || number === push.number);
    push.status = approved ? 'SUCCESS' : 'REJECTED';
    return { status: 200 };
  };

const transaction: Machine['transaction'] = (_me, factor, push, cancel, now) => {
  if (!factor) return notFound();
  if (factor.kind !== 'push') return noSuchPath();
  if (!push || !factor.pushes.includes(push)) return notFound();
  if (!cancel) return { status: 200, result: getState(push, now) };
  if (getState(push, now) !== 'WAITING') return wrongState();
  push.status = 'CANCELLED';
  return { status: 204 };
};

const change: Machine['change'] = (_me, factor, answer) => {
  if (!factor) return notFound();
  if (factor.kind !== 'question') return noSuchPath();
  factor.answer = answer;
  return { status: 200, shows: factor };
};

const remove =
  (org: Org): Machine['remove'] =>
  (me, factor, recovery) => {
    if (!factor) return notFound();
    const family = org.oie && (PHONE_FAMILY as readonly Kind[]).includes(factor.kind);
    take(
      me,
      family ? me.factors.filter(({ kind }) => (PHONE_FAMILY as readonly Kind[]).includes(kind)) : [factor],
      recovery,
    );
    return { status: 204 };
  };

const reset =
  (org: Org): Machine['reset'] =>
  (me, recovery) => {
    // On Identity Engine, the security question is also the recovery question, so the first reset does not delete it.
    const stays = me.factors.filter((one) => org.oie && one.kind === 'question' && !one.outlived);
    for (const one of stays) one.outlived = true;
    take(
      me,
      me.factors.filter((one) => !stays.includes(one)),
      recovery,
    );
    return { status: 200 };
  };

const unlock: Machine['unlock'] = (me) => {
  if (!me.locked) return refused(403, 'E0000032');
  Object.assign(me, { locked: false, misses: 0 });
  return { status: 200 };
};

/** Follows Okta's documentation and does not use the emulator's code. */
export function createMachine(
  engine: 'classic' | 'oie',
  emails: readonly (readonly [string, string | null])[],
  codeAt: (secret: string, step: number) => string,
): Machine {
  const oie = engine === 'oie';
  const people = emails.map(([email, second]): Person => {
    const automatic: Factor[] = oie ? [{ ...blank('email'), status: 'ACTIVE', to: email, automatic: true }] : [];
    return {
      email,
      second,
      locked: false,
      misses: 0,
      missedAt: 0,
      tries: [],
      resends: [],
      phones: [],
      factors: automatic,
      sent: 0,
    };
  });

  const org: Org = { oie, turns: new Map(), people, codeAt };
  return {
    people,
    enroll: enroll(org),
    activate: activate(org),
    resend: resend(org),
    verify: verify(org),
    poll,
    phone: phone(org),
    transaction,
    change,
    remove: remove(org),
    reset: reset(org),
    unlock,
  };
}
