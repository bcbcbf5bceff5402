import type { Clock } from '#clock';
import type { OktaClient } from '#okta/client.ts';
import { OktaError } from '#okta/wire/okta-error.ts';
import type { Alarms } from '../../../records/alarms/alarms.ts';
import { changeStore } from '../../../platform/store/change-store.ts';
import { addTask, runTask, type TaskRunner } from '../../../platform/lifecycle/tasks.ts';
import type { Store } from '../../../platform/store/open.ts';

/** After so many refusals in a row, the token or service app probably lacks a permission. */
const ALARM_AT = 3;
const taskId = (userId: string) => `revoke ${userId}`;

export type Revocations = ReturnType<typeof createRevocations>;

type Parts = { store: Store; clock: Clock; okta: OktaClient; alarms: Pick<Alarms, 'raise'> };

export function createRevocations({ store, clock, okta, alarms }: Parts) {
  /** 404 means that the person is gone from Okta. No answer and 429 are not counted as refusals. */
  const run: TaskRunner = async ({ user_id: userId, tries }) => {
    try {
      await okta.sessions.revokeUserSessions({ userId, oauthTokens: true });
      return 'done';
    } catch (error) {
      const status = error instanceof OktaError ? error.status : null;
      if (status === 404) return 'done';
      if (status === null || status === 429) return 'again';
      if (tries + 1 === ALARM_AT) {
        const alarm = { name: 'revocation_refused', subject: userId, details: { refusals: ALARM_AT } } as const;
        await changeStore(store, (tx) => alarms.raise(tx, alarm));
      }
      return 'failed';
    }
  };

  return {
    run,
    add: (userId: string, tx: Store) =>
      addTask(tx, clock.now(), { id: taskId(userId), kind: 'revoke', user_id: userId, details: '' }),
    /** Does nothing if another process runs the task. */
    runNow: (userId: string) => runTask({ store, clock }, 'revoke', run, taskId(userId)),
  };
}
