/**
 * `npm run outbox [-- --retry ID|all] [-- --drop ID|all] [-- --json]`: lists the emails that no server took for three days, or that
 * a restore held, sends them, or drops them. It works on the store of a running portal. Each drop is a row of the audit
 * log by `operator:<local user>`: a person was not told of something. The exit code is 0 when it is done, else 1.
 */
import { parseArgs } from 'node:util';
import type { Selectable } from 'kysely';
import type { Clock } from '#clock';
import { reasonOf } from '#database/errors.ts';
import { createAuditLog } from '#bff/records/audit-log/audit-log.ts';
import { signingKeys } from '#bff/records/audit-log/key-settings.ts';
import { maskAddress } from '#bff/platform/kinds/mask.ts';
import { onStore, operatorOf } from '../program/operator.ts';
import type { Store } from '#bff/platform/store/open.ts';
import type { Tables } from '#bff/platform/store/schema.ts';

type Email = Selectable<Tables['outbox']>;

const count = (emails: readonly Email[]) => `${emails.length} email${emails.length === 1 ? '' : 's'}`;

/** Returns the held emails, oldest first: all of them, or the one with this id. Throws when there is none. */
async function heldEmails(store: Store, id: string): Promise<Email[]> {
  const held = store.selectFrom('outbox').selectAll().where('held_at', 'is not', null).orderBy('held_at');
  const emails = await (id === 'all' ? held : held.where('id', '=', id)).execute();
  if (emails.length === 0 && id !== 'all') throw new Error(`there is no held email ${id}`);
  return emails;
}

/** What is known of an email besides what it says. */
const toldOf = ({ id, created_at, held_at, address, subject, fault }: Email) => ({
  ...{ id, address, subject, fault },
  createdAt: new Date(created_at).toISOString(),
  heldAt: new Date(held_at ?? created_at).toISOString(),
});

const line = ({ id, created_at, address, subject, fault }: Email): string =>
  [id, new Date(created_at).toISOString().slice(0, 10), address, subject, fault ?? ''].join('  ');

/** Lets the portal send them again, for three more days. */
async function retry(store: Store, clock: Clock, emails: readonly Email[]): Promise<void> {
  const now = clock.now();
  for (const { id } of emails)
    await store
      .updateTable('outbox')
      .set({ held_at: null, fault: null, tries: 0, created_at: now, next_at: now })
      .where('id', '=', id)
      .execute();
}

async function drop(store: Store, clock: Clock, emails: readonly Email[], dataDir: string): Promise<void> {
  const keys = signingKeys(dataDir, process.env['AUDIT_SIGNING_KEY']);
  const actor = operatorOf('npm run outbox');
  for (const { id, event, address } of emails) {
    const about =
      event === null
        ? undefined
        : await store
            .selectFrom('audit_log')
            .select(['event', 'subject', 'correlation_id'])
            .where('seq', '=', event)
            .executeTakeFirst();
    // A new audit log for each: portals write rows in between.
    await createAuditLog(store, clock, keys).event(
      { ...actor, correlationId: about?.correlation_id ?? null },
      { event: 'helpdesk.notification', subject: about?.subject ?? null },
      { outcome: 'failure', reason: `dropped: ${about?.event ?? 'a notice'} to ${maskAddress(address)}` },
      async (tx) => {
        await tx.deleteFrom('outbox').where('id', '=', id).where('held_at', 'is not', null).execute();
      },
    );
  }
}

async function run(): Promise<string> {
  const { values } = parseArgs({
    options: { retry: { type: 'string' }, drop: { type: 'string' }, json: { type: 'boolean' } },
  });
  if (values.retry !== undefined && values.drop !== undefined) throw new Error('either --retry or --drop');
  return onStore(async ({ store, clock, place }) => {
    const emails = await heldEmails(store, values.retry ?? values.drop ?? 'all');
    if (values.retry !== undefined) {
      await retry(store, clock, emails);
      return `${count(emails)} will be sent again.`;
    }
    if (values.drop !== undefined) {
      await drop(store, clock, emails, place.dataDir);
      return `${count(emails)} ${emails.length === 1 ? 'was' : 'were'} dropped.`;
    }
    if (values.json) return JSON.stringify(emails.map(toldOf));
    return emails.length === 0 ? 'There are no held emails.' : emails.map(line).join('\n');
  });
}

try {
  process.stdout.write(`${await run()}\n`);
} catch (error) {
  process.stderr.write(`${reasonOf(error)}\n`);
  process.exitCode = 1;
}
