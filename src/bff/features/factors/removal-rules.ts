import type { Home, Removal } from '#contract/endpoints.ts';
import { areRaised, type Minimums } from './minimum-settings.ts';
import type { Unfinished } from '../../identity/step-up/replacements.ts';
import { PHISHING_RESISTANT } from '../../identity/step-up/requirement.ts';
import { isPending, type SecurityMethod, type SecurityMethods } from '../../identity/methods/security-methods.ts';

type KeptReason = Extract<Removal, { allowed: false }>['reason'];

const isUsable = ({ counts, status }: SecurityMethod) => counts && status === 'ACTIVE';
const isResistant = ({ strength }: SecurityMethod) => strength === PHISHING_RESISTANT;

/** What decides besides a person's methods: the kinds that Okta requires of them, the minimums, and the time (ms). */
export type RemovalRules = { required: ReadonlySet<string>; minimums: Minimums; now: number };

/** Why its owner may not remove this method, or null. Of an unfinished one `mustStay` decides. */
export function keptBecause(
  target: SecurityMethod,
  { methods }: SecurityMethods,
  { required, minimums, now }: RemovalRules,
): KeptReason | null {
  if (isPending(target)) return null;
  if (required.has(target.kind) && methods.filter(({ kind, counts }) => counts && kind === target.kind).length < 2)
    return 'required_factor';
  if (target.counts && !methods.some(({ counts, id }) => counts && id !== target.id)) return 'last_factor';
  // Removing what cannot be used takes nothing away.
  if (!isUsable(target) || (minimums.from !== null && now < minimums.from)) return null;
  const left = methods.filter((one) => isUsable(one) && one.id !== target.id);
  if (left.length < minimums.methods) return 'minimum_methods';
  if (isResistant(target) && left.filter(isResistant).length < minimums.phishingResistant)
    return 'minimum_phishing_resistant';
  return null;
}

/** The number that a reason is about; undefined for reasons without one. */
export const leastOf = (reason: KeptReason, { methods, phishingResistant }: Minimums): number | undefined =>
  ({ minimum_methods: methods, minimum_phishing_resistant: phishingResistant })[reason as string];

/** What a person still lacks of the minimums, and from when they hold if they do not yet; null: nothing. */
export function shortfallOf(
  methods: readonly SecurityMethod[],
  minimums: Minimums,
  unfinished: readonly Unfinished[],
  now: number,
): Home['shortfall'] {
  if (!areRaised(minimums)) return null;
  const usable = methods.filter(isUsable);
  const missing = {
    methods: Math.max(0, minimums.methods - usable.length),
    phishingResistant: Math.max(0, minimums.phishingResistant - usable.filter(isResistant).length),
  };
  if (missing.methods === 0 && missing.phishingResistant === 0) return null;
  const { from, methods: least, phishingResistant } = minimums;
  return {
    methods: { least, missing: missing.methods },
    phishingResistant: { least: phishingResistant, missing: missing.phishingResistant },
    from: from !== null && now < from ? new Date(from).toISOString() : null,
    replaced: unfinished[0] ?? null,
  };
}

/**
 * Whether a pending method must stay: it takes the place of one that is gone, and the minimums are not met without it.
 * Otherwise replacing and giving up would remove what may not be removed.
 */
export const mustStay = (
  target: SecurityMethod,
  shortfall: Home['shortfall'],
  unfinished: readonly Unfinished[],
): boolean =>
  shortfall !== null &&
  shortfall.from === null &&
  unfinished.some(({ pending }) => target.members.some(({ id }) => id === pending));
