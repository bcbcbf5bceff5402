import type { EmulatorContext } from '../context/context.ts';

/** Also tells the app, and returns its status (null without an answer). `everything`: also deletes the grants. */
export async function endSessions(
  emulator: EmulatorContext,
  personId: string,
  everything: boolean,
): Promise<number | null> {
  const all = emulator.db.deleteFrom('sign_in_state').where('account_id', '=', personId);
  await (everything ? all : all.where('model', '=', 'Session')).execute();
  return emulator.universalLogout.send(personId);
}
