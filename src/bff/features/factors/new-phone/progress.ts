import type { MovingMethod } from '#contract/endpoints.ts';
import type { FactorKind, oldPhones } from '#contract/kinds.ts';
import type { SecurityMethod } from '../../../identity/methods/security-methods.ts';

/** A method that moves to a new phone, as it was when the plan began. */
export type PlannedMethod = {
  factorId: string;
  /** The ids of its factors. */
  members: string[];
  kind: FactorKind;
  name: string | null;
  detail: string | null;
};
/** What a person moves to a new phone. It says what the page offers, and decides nothing. */
export type NewPhonePlan = {
  phone: (typeof oldPhones)[number];
  methods: PlannedMethod[];
  /** The factors that the person had when the plan began: any other of the same kind is a new one. */
  known: string[];
  /** The factors that the person has tested since. */
  tested: string[];
};
export type Progress = PlannedMethod & {
  state: MovingMethod['state'];
  /** The old method, while it is there. */
  old: SecurityMethod | null;
  worksNow: SecurityMethod | null;
};

/** A number that was changed under the same id is a new one: Okta may keep a phone's id. */
const isSame = (method: SecurityMethod, planned: PlannedMethod): boolean =>
  (planned.kind !== 'sms' && planned.kind !== 'call') || method.detail === planned.detail;

/** Whether it is copied to an account, and so is on the new phone once the person signs in there. */
export const isSynced = (method: SecurityMethod | null): boolean => method?.note.backup === 'synced';

/** How far each method of a plan has moved. It is read from what the person has now: nothing is written down twice. */
export function progressOf(plan: NewPhonePlan, methods: readonly SecurityMethod[]): Progress[] {
  const active = methods.filter(({ status }) => status === 'ACTIVE');
  const has = (method: SecurityMethod, ids: readonly string[]) => method.members.some(({ id }) => ids.includes(id));
  return plan.methods.map((planned) => {
    const sameId = active.find((method) => has(method, planned.members));
    const old = sameId && isSame(sameId, planned) ? sameId : null;
    const isNew = (method: SecurityMethod) =>
      method.kind === planned.kind && (!has(method, plan.known) || (method === sameId && old === null));
    // A synced passkey comes along by itself, so no other one takes its place.
    const added = isSynced(old) ? null : (active.find(isNew) ?? null);
    if (old && has(old, plan.tested)) return { ...planned, old, state: 'moved', worksNow: old };
    if (old) return { ...planned, old, state: added ? 'added' : 'open', worksNow: added };
    return { ...planned, old, state: added ? 'moved' : 'off', worksNow: added };
  });
}
