import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { PersonFound } from '#contract/helpdesk.ts';
import { helpdeskQueries } from '../../../api/helpdesk-queries.ts';

/** `least`: characters. `pause`: in ms after the last key. */
const least = 3;
const pause = 250;

export type PeopleSearch = {
  /** The text to which these results belong; empty before the first search. */
  searched: string;
  people: readonly PersonFound[];
  more: boolean;
  limited: boolean;
  /** True until the results for the current text arrive. */
  waiting: boolean;
  error: unknown;
  now: () => void;
};

/** A new search aborts the previous search, whose results are never shown. */
export function usePeopleSearch(typed: string): PeopleSearch {
  const wanted = typed.trim().replace(/\s+/g, ' ');
  const [searched, setSearched] = useState('');
  const ready = wanted.length >= least;
  useEffect(() => {
    if (!ready) {
      setSearched('');
      return undefined;
    }
    const timer = setTimeout(() => setSearched(wanted), pause);
    return () => clearTimeout(timer);
  }, [wanted, ready]);
  const { data, error, isFetching } = useQuery({ ...helpdeskQueries.people(searched), enabled: searched !== '' });
  const current = searched !== '' && searched === wanted;
  return {
    searched: current && data ? searched : '',
    people: current && data ? data.people : [],
    more: current && (data?.more ?? false),
    limited: current && (data?.limited ?? false),
    waiting: ready && (!current || isFetching),
    error: current ? error : null,
    now: () => ready && setSearched(wanted),
  };
}
