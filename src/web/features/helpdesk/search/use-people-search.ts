import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { PersonFound } from '#contract/helpdesk.ts';
import { helpdeskQueries } from '../../../api/client/helpdesk-queries.ts';

/** From how many characters we ask, and how long after the last key, in milliseconds. */
const least = 3;
const pause = 250;

export type PeopleSearch = {
  /** What these people were found by; empty before anything was asked. */
  asked: string;
  people: readonly PersonFound[];
  more: boolean;
  limited: boolean;
  /** True while the answer to what is typed is not here yet. */
  waiting: boolean;
  error: unknown;
  /** Asks at once. */
  now: () => void;
};

/** Finds people as one types. A question that was overtaken is dropped on its way; its answer is never shown. */
export function usePeopleSearch(typed: string): PeopleSearch {
  const wanted = typed.trim().replace(/\s+/g, ' ');
  const [asked, setAsked] = useState('');
  const ready = wanted.length >= least;
  useEffect(() => {
    if (!ready) {
      setAsked('');
      return undefined;
    }
    const timer = setTimeout(() => setAsked(wanted), pause);
    return () => clearTimeout(timer);
  }, [wanted, ready]);
  const { data, error, isFetching } = useQuery({ ...helpdeskQueries.people(asked), enabled: asked !== '' });
  const current = asked !== '' && asked === wanted;
  return {
    asked: current && data ? asked : '',
    people: current && data ? data.people : [],
    more: current && (data?.more ?? false),
    limited: current && (data?.limited ?? false),
    waiting: ready && (!current || isFetching),
    error: current ? error : null,
    now: () => ready && setAsked(wanted),
  };
}
