import { errors, type Adapter, type AdapterPayload } from 'oidc-provider';
import { sql } from 'kysely';
import type { EmulatorContext } from '../context/context.ts';

/** State is in the emulator's store, so that a sign-in survives a restart. Rows expire on the emulator's clock. */
export function stateAdapter(emulator: EmulatorContext): (model: string) => Adapter {
  const rows = () =>
    emulator.db
      .selectFrom('sign_in_state')
      .select('payload')
      .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', emulator.clock.now())]));
  const read = (row: { payload: string } | undefined) =>
    row ? (JSON.parse(row.payload) as AdapterPayload) : undefined;
  return (model) => ({
    async upsert(id, payload, expiresIn) {
      const now = emulator.clock.now();
      if (model === 'Interaction')
        await emulator.db.deleteFrom('sign_in_state').where('expires_at', '<=', now).execute();
      await emulator.db
        .replaceInto('sign_in_state')
        .values({
          model,
          id,
          payload: JSON.stringify(payload),
          grant_id: model === 'Grant' ? id : (payload.grantId ?? null),
          uid: model === 'Session' ? (payload.uid ?? null) : null,
          // An open sign-in belongs to a browser. It must not end with a person's sessions.
          account_id: model === 'Interaction' ? null : (payload.accountId ?? null),
          expires_at: expiresIn === undefined ? null : now + expiresIn * 1000,
        })
        .execute();
    },
    find: async (id) => read(await rows().where('model', '=', model).where('id', '=', id).executeTakeFirst()),
    findByUid: async (uid) => read(await rows().where('model', '=', model).where('uid', '=', uid).executeTakeFirst()),
    findByUserCode: async () => undefined,
    async consume(id) {
      const consumed = await emulator.db
        .updateTable('sign_in_state')
        .set({ payload: sql`json_set(payload, '$.consumed', ${Math.floor(emulator.clock.now() / 1000)})` })
        .where('model', '=', model)
        .where('id', '=', id)
        .where(sql<null>`json_extract(payload, '$.consumed')`, 'is', null)
        .executeTakeFirst();
      // Two concurrent exchanges may both read a code before one of them marks it as used.
      if (consumed.numUpdatedRows === 0n) throw new errors.InvalidGrant('authorization code already consumed');
    },
    async destroy(id) {
      await emulator.db.deleteFrom('sign_in_state').where('model', '=', model).where('id', '=', id).execute();
    },
    async revokeByGrantId(grantId) {
      await emulator.db
        .deleteFrom('sign_in_state')
        .where('grant_id', '=', grantId)
        .where('model', '=', model)
        .execute();
    },
  });
}
