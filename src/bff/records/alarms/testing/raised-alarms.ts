import type { Store } from '../../../platform/store/open.ts';

/** The alarms in the store as `name subject`. Repeated alarms within an hour appear once. */
export async function raisedAlarms(store: Store): Promise<string[]> {
  const counted = store.selectFrom('counted_events').select('who').where('kind', '=', 'alarm_email');
  return (await counted.orderBy('at').orderBy('who').execute()).map(({ who }) => who);
}
