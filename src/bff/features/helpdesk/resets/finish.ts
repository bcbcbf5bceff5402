import type { NamedMethod } from '#contract/endpoints.ts';
import { getCorrelationId, allInTransaction, type InTransaction } from '../../../records/audit-log/audit-log.ts';
import { pickEmailMethod } from '../../../records/notifications/enqueue.ts';
import { findEmailStyle, writeEmail } from '../../../records/notifications/languages.ts';
import { endSessions } from '../../../identity/sessions/revocations.ts';
import type { Store } from '../../../platform/store/open.ts';
import { formatCode } from '../recovery-codes/generated-codes.ts';
import { describeEffects, acceptsCode, type BegunReset, type ResetMethod } from '../reset-model/reset.ts';
import type { ResetParts } from './resets.ts';
import type { Revocations } from './revocations.ts';

type MethodLeft = NamedMethod & { counts: boolean };
type FinishParts = ResetParts & { revocations: Pick<Revocations, 'add'> };

export const createReader = ({ person, locale, timeZone }: BegunReset) => ({ id: person.id, locale, timeZone });

const createFreezeUrl = async ({ portal, freezes }: FinishParts, reset: BegunReset, tx: Store) =>
  `${portal.baseUrl}/freeze/${await freezes.link({ ...createReader(reset), name: reset.person.name }, tx)}`;

const finishUnlock =
  (parts: FinishParts, reset: BegunReset): InTransaction =>
  async (tx) => {
    const { clock, outbox, approvals, portal } = parts;
    const { id, person, approver, agent, notifies, codeTo } = reset;
    await tx.deleteFrom('resets').where('id', '=', id).execute();
    if (approver !== null) await approvals.finish(id, describeEffects(reset, reset.stays, []), tx);
    const freezeUrl = await createFreezeUrl(parts, reset, tx);
    const email = { name: person.name, agent: agent.name, at: clock.now(), ...portal };
    const style = await findEmailStyle(tx, createReader(reset), { ...portal, now: email.at });
    const write = (url: string | null) => writeEmail(style, (emails) => emails.unlocked({ ...email, freezeUrl: url }));
    const others = notifies.filter((address) => !codeTo.includes(address));
    return allInTransaction(
      outbox.enqueue({ addresses: codeTo, ...write(freezeUrl) }),
      outbox.enqueue({ addresses: others, ...write(null) }),
    )(tx);
  };

/** `now`: the person's methods after the reset. */
const finishReset =
  (parts: FinishParts, reset: BegunReset, now: readonly MethodLeft[], gone: ResetMethod[]): InTransaction =>
  async (tx) => {
    const {
      clock,
      outbox,
      freezes,
      recoveryCodes,
      approvals,
      pendingCancellations,
      codeAttempts,
      callerVerifications,
      portal,
      revocations,
    } = parts;
    const { person, approver, agent, notifies, codeTo } = reset;
    const approvalId = approver === null ? null : reset.id;
    await tx.deleteFrom('resets').where('id', '=', reset.id).execute();
    const goneIds = gone.flatMap(({ ids }) => ids);
    await approvals.recordGone(person.id, goneIds, tx);
    await callerVerifications.expirePushes(person.id, goneIds, tx);
    await endSessions(person.id, clock.now(), tx);
    await revocations.add(person.id, tx);
    // An enrollment from before the reset must be cancelled, because its completion would need no recovery code.
    await pendingCancellations.addStarted(person.id, getCorrelationId(reset.by), tx);
    if (reset.all) await codeAttempts.forgetWrongCodes(person.id, tx);
    const nothingLeft = !now.some(({ counts }) => counts);
    const inPerson = codeTo.length === 0;
    const made = nothingLeft && acceptsCode(reset) ? recoveryCodes.make(person.id, { approvalId, inPerson }) : null;
    // A freeze since the reset began ends the new recovery code at once.
    const frozen = await freezes.of(person.id, tx);
    const isEnded = frozen !== null && frozen.requestedAt !== reset.freeze;
    if (approvalId !== null) {
      const effects = describeEffects(reset, now, gone);
      await approvals.finish(approvalId, isEnded ? { ...effects, recoveryCode: null } : effects, tx);
    }
    const freezeUrl = await createFreezeUrl(parts, reset, tx);
    const details = {
      name: person.name,
      methods: gone.map(pickEmailMethod),
      agent: agent.name,
      at: clock.now(),
      nothingLeft,
      addUrl: `${portal.baseUrl}/add`,
      ...portal,
    };
    const style = await findEmailStyle(tx, createReader(reset), { ...portal, now: details.at });
    const write = (own: { code: string | null; freezeUrl: string | null }) =>
      writeEmail(style, (emails) => emails.reset({ ...details, ...own }));
    const withCode = new Set(codeTo);
    const code = made && !isEnded ? formatCode(made.code) : null;
    const others = notifies.filter((address) => !withCode.has(address));
    return allInTransaction(
      made?.keep,
      isEnded ? (at) => recoveryCodes.end(person.id, at) : undefined,
      outbox.enqueue({ addresses: codeTo, ...write({ code, freezeUrl }) }),
      // A recent address may be a thief's, so it gets neither the code nor the freeze link.
      outbox.enqueue({ addresses: others, ...write({ code: null, freezeUrl: null }) }),
    )(tx);
  };

export const finish = (
  parts: FinishParts,
  reset: BegunReset,
  now: readonly MethodLeft[],
  gone: ResetMethod[],
): InTransaction => (reset.operation === 'unlock' ? finishUnlock(parts, reset) : finishReset(parts, reset, now, gone));
