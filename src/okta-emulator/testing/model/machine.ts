import { judge } from './judge.ts';
import { FIVE_MINUTES, PHONE_FAMILY, TEN_MINUTES, blank, gaps, isSent } from './parts.ts';
import type { Ask, Expected, Factor, Given, Kind, Machine, Person, Push, Sent } from './parts.ts';

const refused = (status: number, code: string): Expected => ({ status, code });
const notFound = () => refused(404, 'E0000007');
const noSuchPath = () => refused(404, 'E0000008');
const notAllowed = () => refused(400, 'E0000001');
const locked = () => refused(403, 'E0000069');
const wrongState = () => refused(403, 'E0000107');
const tooMany = () => refused(429, 'E0000047');

const active = ({ status }: Factor) => status === 'ACTIVE';
const pending = ({ status }: Factor) => status === 'PENDING_ACTIVATION';

/**
 * The model of a factor's life, after Okta's documentation: what the emulator must answer to
 * each call, and its state afterwards. It is independent of the emulator's code; the runner passes the ids, secrets and
 * codes that come out.
 * @param codeAt the code of a secret (base32) at a step of RFC 6238
 */
export function createMachine(
  engine: 'classic' | 'oie',
  emails: readonly [string, string | null][],
  codeAt: (secret: string, step: number) => string,
): Machine {
  const oie = engine === 'oie';
  const turns = new Map<string, number>();
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

  const knows = {
    codeAt,
    registered: (credential: string) =>
      people.some(({ factors }) => factors.some((one) => one.credential === credential)),
  };
  const recent = (at: number[], now: number) => at.filter((one) => one > now - FIVE_MINUTES);

  /** Sends a code, unless the address got one a moment ago. */
  function send(me: Person, factor: Factor, purpose: 'activate' | 'verify', seconds: number, now: number): Expected {
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

  function keepPhone(me: Person, { kind, to }: Factor, replace: boolean): void {
    const used = me.factors.filter((one) => one.kind === kind && active(one)).map((one) => one.to);
    const stays = (number: string) => number !== to && oie && (!replace || used.includes(number));
    me.phones = [...me.phones.filter((one) => one.channel !== kind || stays(one.to)), { channel: kind, to }];
  }

  /** Adds the rest of Okta Verify on one phone. A pending enrollment gets a new secret that nobody has seen. */
  function completeFamily(me: Person, byPhone: boolean): void {
    for (const kind of PHONE_FAMILY.filter((one) => oie || one !== 'fastPass')) {
      const own = me.factors.find((one) => one.kind === kind);
      if (!own) me.factors.push({ ...blank(kind), status: 'ACTIVE' });
      else if (pending(own) && byPhone) Object.assign(own, { ...blank(kind), id: own.id, status: 'ACTIVE' });
    }
  }

  const forget = (factor: Factor) => factor.out.forEach((one) => (one.until = -1));

  function take(me: Person, going: readonly Factor[], recovery: boolean): void {
    me.factors = me.factors.filter((one) => one.automatic || !going.includes(one));
    for (const one of going) {
      forget(one);
      if (recovery && isSent(one.kind))
        me.phones = me.phones.filter((phone) => phone.channel !== one.kind || phone.to !== one.to);
    }
  }

  const getState = ({ status, until }: Push, now: number) =>
    now >= until && (status === 'WAITING' || status === 'SUCCESS') ? 'TIMEOUT' : status;

  function challenge(me: Person, factor: Factor, given: Given, now: number): Expected | undefined {
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
      const sent = send(me, factor, 'verify', given.seconds ?? 300, now);
      return { ...sent, ...(sent.sends && { result: 'CHALLENGE' }) };
    }
    if (factor.kind === 'key')
      return { status: 200, result: 'CHALLENGE', challenge: { factor, purpose: 'verify', until: now + FIVE_MINUTES } };
    return undefined;
  }

  return {
    people,

    enroll(me, kind, ask: Ask, now) {
      const same = me.factors.filter((one) => one.kind === kind);
      const several = kind === 'key' || (oie && (kind === 'sms' || kind === 'call'));
      if (!several && same.some(active)) return notAllowed();
      const earlier = same.find(pending);
      const made: Factor = { ...blank(kind), id: earlier?.id ?? '', replace: ask.update };
      let answer: Expected = { status: 200, shows: made };
      if (kind === 'sms' || kind === 'call') {
        const known = me.phones.filter(({ channel }) => channel === kind).map(({ to }) => to);
        const to = ask.to ?? known[0];
        if (to === undefined) return notAllowed();
        const verified = known.includes(to);
        if (known.length > 0 && !verified && !ask.update && !oie) return notAllowed();
        if (same.some((one) => active(one) && one.to === to)) return notAllowed();
        made.to = to;
        if (verified || ask.activate) made.status = 'ACTIVE';
        if (!verified && ask.activate) keepPhone(me, made, ask.update);
        if (kind === 'sms' && made.status === 'ACTIVE') made.id = '';
      }
      if (kind === 'email') {
        made.to = ask.to ?? me.email;
        if (made.to !== me.email && (oie || made.to !== me.second)) return notAllowed();
        if (ask.activate) made.status = 'ACTIVE';
        made.seconds = ask.seconds;
      }
      if (isSent(kind) && pending(made)) {
        const sent = send(me, made, 'activate', made.seconds, now);
        if (!sent.sends) return sent;
        answer = { ...sent, shows: made };
      }
      if (kind === 'question') Object.assign(made, { status: 'ACTIVE', answer: ask.answer });
      if (kind === 'app' || kind === 'codes') answer.secret = made;
      if (kind === 'push') Object.assign(made, { ends: now + TEN_MINUTES });
      if (kind === 'key') answer.challenge = { factor: made, purpose: 'activate', until: now + TEN_MINUTES };
      me.factors = [...me.factors.filter((one) => one !== earlier), made];
      return answer;
    },

    activate(me, factor, given, now) {
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
      const verdict = judge(factor, 'activate', given, now, knows);
      if (verdict !== 'right') return refused(403, verdict === 'consumed' ? 'E0000082' : 'E0000068');
      factor.status = 'ACTIVE';
      forget(factor);
      if (factor.kind === 'sms') factor.id = '';
      if (factor.kind === 'sms' || factor.kind === 'call') keepPhone(me, factor, factor.replace);
      if (factor.kind === 'codes' && oie) completeFamily(me, false);
      return { status: 200, shows: factor };
    },

    resend(me, factor, now) {
      if (me.locked) return locked();
      if (!factor) return notFound();
      if (!isSent(factor.kind)) return noSuchPath();
      if (!pending(factor)) return notAllowed();
      [me.tries, me.resends] = [recent(me.tries, now), recent(me.resends, now)];
      if (me.tries.length >= 5 || me.resends.length >= 5) return tooMany();
      const sent = send(me, factor, 'activate', factor.seconds, now);
      if (!sent.sends) return sent;
      me.resends.push(now);
      return { ...sent, shows: factor };
    },

    verify(me, factor, given, now) {
      if (me.locked) return locked();
      if (!factor) return notFound();
      if (!active(factor) || factor.kind === 'fastPass') return notAllowed();
      const challenged = challenge(me, factor, given, now);
      if (challenged) return challenged;
      const verdict = judge(factor, 'verify', given, now, knows);
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
    },

    poll(me, factor, now) {
      if (me.locked) return locked();
      if (!factor) return notFound();
      if (factor.kind !== 'push') return noSuchPath();
      if (active(factor)) return { status: 200, shows: factor };
      return { status: 200, result: now >= factor.ends ? 'TIMEOUT' : 'WAITING' };
    },

    phone(me, answer, number, now) {
      if (me.locked) return { status: 409 };
      if (answer === 'enroll') {
        const begun = me.factors.find((one) => one.kind === 'push' && pending(one) && now < one.ends);
        if (!begun) return { status: 404 };
        completeFamily(me, true);
        return { status: 200 };
      }
      const push = me.factors.flatMap(({ pushes }) => pushes).findLast((one) => getState(one, now) === 'WAITING');
      if (!push) return { status: 404 };
      if (answer === 'approve' && push.matching && number === undefined) return { status: 400 };
      const approved = answer === 'approve' && (!push.matching || number === push.number);
      push.status = approved ? 'SUCCESS' : 'REJECTED';
      return { status: 200 };
    },

    transaction(_me, factor, push, cancel, now) {
      if (!factor) return notFound();
      if (factor.kind !== 'push') return noSuchPath();
      if (!push || !factor.pushes.includes(push)) return notFound();
      if (!cancel) return { status: 200, result: getState(push, now) };
      if (getState(push, now) !== 'WAITING') return wrongState();
      push.status = 'CANCELLED';
      return { status: 204 };
    },

    change(_me, factor, answer) {
      if (!factor) return notFound();
      if (factor.kind !== 'question') return noSuchPath();
      factor.answer = answer;
      return { status: 200, shows: factor };
    },

    remove(me, factor, recovery) {
      if (!factor) return notFound();
      const family = oie && (PHONE_FAMILY as readonly Kind[]).includes(factor.kind);
      take(
        me,
        family ? me.factors.filter(({ kind }) => (PHONE_FAMILY as readonly Kind[]).includes(kind)) : [factor],
        recovery,
      );
      return { status: 204 };
    },

    reset(me, recovery) {
      // On Identity Engine the question is also the recovery question: it survives one reset.
      const stays = me.factors.filter((one) => oie && one.kind === 'question' && !one.outlived);
      for (const one of stays) one.outlived = true;
      take(
        me,
        me.factors.filter((one) => !stays.includes(one)),
        recovery,
      );
      return { status: 200 };
    },

    unlock(me) {
      if (!me.locked) return refused(403, 'E0000032');
      Object.assign(me, { locked: false, misses: 0 });
      return { status: 200 };
    },
  };
}
