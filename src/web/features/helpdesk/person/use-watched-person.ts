import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { HelpdeskPerson } from '#contract/helpdesk.ts';
import { helpdeskQueries } from '../../../api/helpdesk-queries.ts';

/** In ms. A hidden tab does not poll. */
const pause = 15_000;

/** Refetches the person when a sign of attack, a freeze or the 24 hours after a reset begin or end. */
export function useWatchedPerson({ person: { id }, watch }: HelpdeskPerson): void {
  const client = useQueryClient();
  const { data } = useQuery({ ...helpdeskQueries.watchedPerson(id, watch.token), refetchInterval: pause });
  const isNew = data !== undefined && data.state !== watch.state;
  useEffect(() => {
    if (!isNew) return;
    void client.invalidateQueries({ queryKey: helpdeskQueries.person(id).queryKey });
    // A freeze or the person's *No* also ends a verification that the page shows as valid.
    void client.invalidateQueries({ queryKey: ['helpdesk-caller-verification', id] });
  }, [client, id, isNew]);
}
