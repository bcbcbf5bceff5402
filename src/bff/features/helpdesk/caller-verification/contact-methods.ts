import { kinds } from '../../../platform/kinds/registry.ts';
import type { SecurityMethod } from '../../../identity/methods/security-methods.ts';

/** Contact data that is newer than this may belong to an attacker. */
const LATELY_MS = 7 * 24 * 60 * 60_000;

/** Returns whether a method was added or changed in the last seven days. Without a date from Okta it counts as old. */
export const changedRecently = ({ members }: SecurityMethod, now: number): boolean =>
  members.some(({ created, lastUpdated }) =>
    [created, lastUpdated].some((at) => at !== null && now - Date.parse(at) < LATELY_MS),
  );

/** Returns the methods with a phone number that the agent can call. */
export const listActivePhones = (methods: readonly SecurityMethod[]): SecurityMethod[] =>
  methods.filter(({ kind, status }) => kinds[kind].sendsTo === 'phone' && status === 'ACTIVE');

/** Returns whether a phone number or address of the person is new. A method that Okta adds by itself does not count. */
export const contactChanged = (methods: readonly SecurityMethod[], now: number): boolean =>
  methods.some((one) => one.counts && kinds[one.kind].sendsTo !== null && changedRecently(one, now));
