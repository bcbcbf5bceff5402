import type { Store } from '../../../platform/store/open.ts';

/** As `name subject`. An alarm that is repeated within an hour appears once. */
export async function raisedAlarms(store: Store): Promise<string[]> {
  const counted = store.selectFrom('counted_events').select('who').where('kind', '=', 'alarm_email');
  return (await counted.orderBy('at').orderBy('who').execute()).map(({ who }) => who);
}
