import type { SecurityMethod } from '../../factors/methods/security-methods.ts';

/** Contact data younger than this may be somebody else's already. */
const LATELY_MS = 7 * 24 * 60 * 60_000;

const phoneKinds = new Set(['sms', 'call']);
const isContact = ({ kind }: SecurityMethod) => phoneKinds.has(kind) || kind === 'email';

/** Whether a method was set up or changed in the last seven days; where the org does not say, it counts as old. */
export const changedRecently = ({ members }: SecurityMethod, now: number): boolean =>
  members.some(({ created, lastUpdated }) =>
    [created, lastUpdated].some((at) => at !== null && now - Date.parse(at) < LATELY_MS),
  );

/** Numbers that somebody can be called at. */
export const phonesOf = (methods: readonly SecurityMethod[]): SecurityMethod[] =>
  methods.filter(({ kind, status }) => phoneKinds.has(kind) && status === 'ACTIVE');

/** Whether any number or address of somebody's is new. One that an org lists by itself is nobody's doing. */
export const contactChanged = (methods: readonly SecurityMethod[], now: number): boolean =>
  methods.some((one) => one.counts && isContact(one) && changedRecently(one, now));
