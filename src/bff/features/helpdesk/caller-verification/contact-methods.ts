import { kinds } from '../../../platform/kinds/registry.ts';
import type { SecurityMethod } from '../../../identity/methods/security-methods.ts';

/** How long a new phone number or address counts as recent, in ms: it may be an attacker's. */
const LATELY_MS = 7 * 24 * 60 * 60_000;

/** Whether a method was added or changed in the last seven days. Without a date from Okta, it counts as old. */
export const changedRecently = ({ members }: SecurityMethod, now: number): boolean =>
  members.some(({ created, lastUpdated }) =>
    [created, lastUpdated].some((at) => at !== null && now - Date.parse(at) < LATELY_MS),
  );

/** Returns the methods with a phone number that an agent can call. */
export const listActivePhones = (methods: readonly SecurityMethod[]): SecurityMethod[] =>
  methods.filter(({ kind, status }) => kinds[kind].sendsTo === 'phone' && status === 'ACTIVE');

/** Whether a phone number or address of the person is recent. A method that Okta adds automatically does not count. */
export const contactChanged = (methods: readonly SecurityMethod[], now: number): boolean =>
  methods.some((one) => one.counts && kinds[one.kind].sendsTo !== null && changedRecently(one, now));
