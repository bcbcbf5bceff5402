import type { AuditEvent } from '#contract/audit-log/audit-events.ts';
import { printPurpose } from '#contract/purposes.ts';
import type { JoinBuilder, Selectable } from 'kysely';
import type { Clock } from '#clock';
import type { InTransaction } from '../../records/audit-log/audit-log.ts';
import { enqueueNotification, type NotificationServices } from '../../records/notifications/enqueue.ts';
import type { EmailMethod } from '../../records/notifications/templates/template.ts';
import type { Session } from '../sessions/sessions.ts';
import type { Store } from '../../platform/store/open.ts';
import type { Tables } from '../../platform/store/schema.ts';
import { upsert } from '../../platform/store/upsert.ts';
import type { StepUps } from './step-ups.ts';
import { bindParts } from '../../platform/bind-parts.ts';

/** How long a session may go on with a replacement without another step-up, in ms. */
export const REPLACEMENT_MS = 10 * 60_000;

export type Replacements = ReturnType<typeof createReplacements>;
/** `grantedUntil`: in ms, 0 once the new method works. `newFactorId`: null before its enrollment has begun. */
export type Replacement = {
  factorId: string;
  kind: string;
  strength: number;
  grantedUntil: number;
  correlationId: string | null;
  newFactorId: string | null;
};
/** `factorId`: of the old factor. `kind`: of the new factor. `strength`: of the step-up. */
type NewReplacement = Pick<Replacement, 'factorId' | 'kind' | 'strength' | 'correlationId'>;

/** Joins the intent to remove the old method, which has the same correlation id as the replacement. */
const joinRemovals = (join: JoinBuilder<Tables, 'replacements' | 'audit_log'>) =>
  join
    .onRef('audit_log.correlation_id', '=', 'replacements.correlation_id')
    .onRef('audit_log.factor_id', '=', 'replacements.factor_id')
    .on('audit_log.event', '=', 'user.mfa.factor.deactivate')
    .on('audit_log.type', '=', 'intent');

type Parts = { store: Store; clock: Clock };

const readReplacement = (row: Selectable<Tables['replacements']>): Replacement => ({
  factorId: row.factor_id,
  kind: row.kind,
  strength: row.strength,
  grantedUntil: row.granted_until,
  correlationId: row.correlation_id,
  newFactorId: row.new_factor_id,
});

const beginReplacement =
  ({ clock }: Parts, session: Session, { factorId, kind, strength, correlationId }: NewReplacement) =>
  async (tx: Store) => {
    const now = clock.now();
    await upsert(tx, 'replacements', ['user_id', 'factor_id'], {
      user_id: session.user_id,
      factor_id: factorId,
      kind,
      session_id: session.id,
      strength,
      granted_until: now + REPLACEMENT_MS,
      created_at: now,
      correlation_id: correlationId,
      new_factor_id: null,
    });
  };

async function findReplacement(parts: Parts, userId: string, factorId: string): Promise<Replacement | null> {
  const row = await parts.store
    .selectFrom('replacements')
    .selectAll()
    .where('user_id', '=', userId)
    .where('factor_id', '=', factorId)
    .executeTakeFirst();
  return row ? readReplacement(row) : null;
}

const listOpenReplacements = ({ store, clock }: Parts, userId: string) =>
  store
    .selectFrom('replacements')
    .select(['kind', 'factor_id as factorId', 'new_factor_id as newFactorId', 'session_id as sessionId'])
    .where('user_id', '=', userId)
    .where('granted_until', '>', clock.now())
    .execute();

async function listGranted(
  { store, clock }: Parts,
  session: Session,
  kind: string,
  tx: Store = store,
): Promise<Replacement[]> {
  const rows = await tx
    .selectFrom('replacements')
    .selectAll()
    .where('user_id', '=', session.user_id)
    .where('session_id', '=', session.id)
    .where('kind', '=', kind)
    .where('granted_until', '>', clock.now())
    .execute();
  return rows.map(readReplacement);
}

const recordNewFactor =
  (userId: string, correlationId: string | null, kind: string, newFactorId: string) => async (tx: Store) => {
    await tx
      .updateTable('replacements')
      .set({ new_factor_id: newFactorId })
      .where('user_id', '=', userId)
      .where('correlation_id', '=', correlationId)
      .where('kind', '=', kind)
      .execute();
  };

/** Replaces the id of a new factor, if its id changed on activation. */
const followNewFactor = (userId: string, from: string, to: string) => async (tx: Store) => {
  if (from === to) return;
  await tx
    .updateTable('replacements')
    .set({ new_factor_id: to })
    .where('user_id', '=', userId)
    .where('new_factor_id', '=', from)
    .execute();
};

async function findCorrelationId({ store }: Parts, userId: string, newFactorId: string): Promise<string | null> {
  const row = await store
    .selectFrom('replacements')
    .select('correlation_id')
    .where('user_id', '=', userId)
    .where('new_factor_id', '=', newFactorId)
    .executeTakeFirst();
  return row?.correlation_id ?? null;
}

/** `replaced`: the removal of the old method has begun. `replacing`: the old method is still to be removed. */
async function findChange(userId: string, newFactorId: string, tx: Store): Promise<'added' | 'replacing' | 'replaced'> {
  const row = await tx
    .selectFrom('replacements')
    .leftJoin('audit_log', joinRemovals)
    .select('audit_log.seq')
    .where('replacements.user_id', '=', userId)
    .where('replacements.new_factor_id', '=', newFactorId)
    .executeTakeFirst();
  if (!row) return 'added';
  return row.seq === null ? 'replacing' : 'replaced';
}

/** Also ends open enrollments, and deletes the unsent email about the old method's removal. */
const endGrants =
  ({ store }: Parts, userId: string, kind: string) =>
  async (tx: Store = store) => {
    const sessions = tx
      .selectFrom('replacements')
      .select('session_id')
      .where('user_id', '=', userId)
      .where('kind', '=', kind)
      .where('granted_until', '>', 0);
    await tx.deleteFrom('grants').where('kind', '=', kind).where('session_id', 'in', sessions).execute();
    const removals = tx
      .selectFrom('replacements')
      .innerJoin('audit_log', joinRemovals)
      .select('audit_log.seq')
      .where('replacements.user_id', '=', userId)
      .where('replacements.kind', '=', kind);
    await tx.deleteFrom('outbox').where('event', 'in', removals).where('sent_at', 'is', null).execute();
    await tx
      .updateTable('replacements')
      .set({ granted_until: 0 })
      .where('user_id', '=', userId)
      .where('kind', '=', kind)
      .execute();
  };

/** Remembers which session may go on with a replacement without another step-up (ADR 0041). */
export const createReplacements = (store: Store, clock: Clock) => ({
  ...bindParts(
    { store, clock },
    {
      begin: beginReplacement,
      find: findReplacement,
      listOpen: listOpenReplacements,
      listGranted,
      findCorrelationId,
      finish: endGrants,
    },
  ),
  recordNewFactor,
  followNewFactor,
  changeBy: findChange,
});

/** Once the new method works, a session with a grant may remove the old method without another step-up. */
export const finishReplacement =
  ({ stepUps, replacements }: { stepUps: StepUps; replacements: Replacements }, session: Session, kind: string) =>
  async (tx: Store): Promise<void> => {
    for (const { factorId, strength } of await replacements.listGranted(session, kind, tx))
      await stepUps.give(session, printPurpose({ name: 'remove', factorIds: [factorId] }), strength, tx);
    await replacements.finish(session.user_id, kind)(tx);
  };

export const enqueueWorks =
  (
    services: NotificationServices & { replacements: Replacements },
    person: Parameters<typeof enqueueNotification>[2],
    { factorId, ...method }: EmailMethod & { factorId: string },
    agent: string,
  ): InTransaction =>
  async (tx) => {
    const change = await services.replacements.changeBy(person.id, factorId, tx);
    return enqueueNotification(services, change, person, method, agent)(tx);
  };

/** For reconciliation. Unlike `finishReplacement`, it gives no step-up for removing the old method. */
export const resumeReplacement =
  (
    replacements: Replacements,
    userId: string,
    intent: { event: AuditEvent; kind: string | null; factor_id: string | null; correlation_id: string | null },
    factorId: string,
    isActive: boolean,
  ) =>
  async (tx: Store): Promise<void> => {
    const kind = intent.kind ?? '';
    if (intent.factor_id === null)
      await replacements.recordNewFactor(userId, intent.correlation_id, kind, factorId)(tx);
    else await replacements.followNewFactor(userId, intent.factor_id, factorId)(tx);
    if (isActive) await replacements.finish(userId, kind)(tx);
  };
