/**
 * `latchkey unfreeze <login or user id>`: run on the server, it ends a person's freeze if no approver is left who can.
 * Portals may run at the same time. It never creates or migrates a store. Each use writes a row of the audit log,
 * whose actor is `operator:<local user>`, and raises an alarm. The exit code is 0 when the freeze is ended, else 1.
 */
import pino from 'pino';
import { createClock } from '#clock';
import { OPERATOR } from '#bff/records/audit-log/operation.ts';
import { createAuditLog } from '#bff/records/audit-log/audit-log.ts';
import { addCounts } from '#bff/records/audit-log/counts.ts';
import { signingKeys } from '#bff/records/audit-log/key-settings.ts';
import { readPlace } from '#bff/config/place.ts';
import { readOperator } from '../program/operator.ts';
import { personCalled } from '../program/person.ts';
import { logMessage } from '#bff/platform/lifecycle/log-messages.ts';
import { openStore } from '#bff/platform/store/open.ts';
import { WINDOW_MS } from '#bff/features/helpdesk/freezes/freeze-window.ts';
import { createFreezes } from '#bff/features/helpdesk/freezes/freezes.ts';

/** Printed without a stack. */
class Refusal extends Error {}

/** How often a write is tried while a portal is writing to the same file. */
const TRIES = 20;

/** `added`: methods added in the portal since seven days before the freeze. */
async function unfreeze(
  named: string | undefined,
): Promise<{ userId: string; by: string; added: { kind: string | null; at: number }[] }> {
  if (!named) throw new Refusal('whose freeze? latchkey unfreeze <login>');
  const place = readPlace(process.env);
  const clock = createClock();
  const store = await openStore(place, { existing: 'write' });
  try {
    const keys = signingKeys(place.dataDir, process.env['AUDIT_SIGNING_KEY']);
    const userId = await personCalled(store, named);
    const freezes = createFreezes(store, clock);
    const actor = readOperator('latchkey unfreeze');
    const since = ((await freezes.since(userId)) ?? clock.now()) - WINDOW_MS;
    const added = await freezes.addedSince(userId, since);
    for (let tries = 1; ; tries += 1) {
      try {
        // A new `AuditLog` object for each try, because a portal may write rows between two tries.
        await createAuditLog(store, clock, keys).event(
          actor,
          { event: 'user.account.unfreeze', subject: userId },
          { outcome: 'success', reason: 'break-glass, on the server' },
          async (tx) => {
            if (!(await freezes.unfreeze(userId, tx))) throw new Refusal(`${named} is not frozen`);
            // The count makes a portal raise the alarm within a minute.
            return (seq) => addCounts(tx, clock.now(), [{ kind: 'break_glass', who: userId }], seq);
          },
        );
        break;
      } catch (error) {
        if (error instanceof Refusal || tries >= TRIES || !/busy|locked/i.test(String(error))) throw error;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
    logMessage(
      pino({ level: 'error' }, pino.destination({ dest: 2, sync: true })),
      'a freeze was lifted on the server',
      {
        ...{ alarm: 'break_glass', subject: userId },
        details: { operator: actor.userId.slice(OPERATOR.length) },
      },
    );
    return { userId, by: actor.userId, added };
  } finally {
    await store.destroy();
  }
}

try {
  const { userId, by, added } = await unfreeze(process.argv[2]);
  process.stdout.write(
    `The freeze of ${process.argv[2]} (${userId}) is lifted. It stands in the audit log, by ${by}.\n`,
  );
  const lines = added.map(({ kind, at }) => `  ${kind ?? 'unknown'}, ${new Date(at).toISOString()}\n`);
  if (lines.length > 0)
    process.stdout.write(
      `Added here since seven days before the freeze, and maybe not by its owner. Look at them in Okta's console:\n${lines.join('')}`,
    );
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
