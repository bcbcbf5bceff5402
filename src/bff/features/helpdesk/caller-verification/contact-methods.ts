import { DAY_MS } from '#clock';
import { kinds } from '../../../platform/kinds/registry.ts';
import type { SecurityMethod } from '../../../identity/methods/security-methods.ts';

/** A new phone number or address may be an attacker's. */
const LATELY_MS = 7 * DAY_MS;

/** Without a date from Okta, a method counts as old. */
export const changedRecently = ({ members }: SecurityMethod, now: number): boolean =>
  members.some(({ created, lastUpdated }) =>
    [created, lastUpdated].some((at) => at !== null && now - Date.parse(at) < LATELY_MS),
  );

export const listActivePhones = (methods: readonly SecurityMethod[]): SecurityMethod[] =>
  methods.filter(({ kind, status }) => kinds[kind].sendsTo === 'phone' && status === 'ACTIVE');

/** Leaves out methods that Okta adds automatically. */
export const contactChanged = (methods: readonly SecurityMethod[], now: number): boolean =>
  methods.some((one) => one.counts && kinds[one.kind].sendsTo !== null && changedRecently(one, now));
