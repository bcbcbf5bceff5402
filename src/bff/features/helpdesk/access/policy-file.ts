import * as z from 'zod';
import { helpdeskRoles, targetKinds } from '#contract/helpdesk-replies.ts';
import { callerVerificationTypes } from '#contract/helpdesk-schemas.ts';
import { operations, type Cell, type HelpdeskPolicy } from './policy.ts';

const count = (most: number) => z.int().min(1).max(most);
const cell = z.strictObject({
  allowed: z.boolean().optional(),
  approval: z.enum(['none', 'sometimes', 'always']).optional(),
});
const partial = <K extends readonly [string, ...string[]], V extends z.ZodType>(keys: K, value: V) =>
  z.partialRecord(z.enum(keys), value);

/** The schema of a policy file: its values replace those of the standard policy. */
const file = z.strictObject({
  cells: partial(helpdeskRoles, partial(targetKinds, partial(operations, cell))).optional(),
  limits: z
    .strictObject({
      resetsPerAgentHour: count(100).optional(),
      resetsPerPersonDay: count(20).optional(),
      unlocksPerPersonDay: count(20).optional(),
      verificationsPerAgentHour: count(3).optional(),
      verificationsPerPersonHour: count(6).optional(),
    })
    .optional(),
  callerVerificationTypes: z.array(z.enum(callerVerificationTypes)).optional(),
  allowUnverified: z.boolean().optional(),
});

const order: readonly Cell['approval'][] = ['none', 'sometimes', 'always'];

/** Returns a cell with a file's change. */
function changed(was: Cell, { allowed, approval = was.approval }: z.output<typeof cell>): Cell {
  if (allowed === true) return { ...was, allowed, approval };
  return allowed === false && was.allowed ? { ...was, allowed, approval, rule: 'policy_file' } : { ...was, approval };
}

/** Returns which part of a starred rule a change would loosen, or null. */
function loosens(was: Cell, { allowed, approval }: z.output<typeof cell>): string | null {
  if (!was.starred) return null;
  if (allowed === true && !was.allowed) return 'would allow what is never allowed';
  if (approval !== undefined && order.indexOf(approval) < order.indexOf(was.approval))
    return `would ask for less approval than ${was.approval}`;
  return null;
}

/**
 * Returns the standard policy with the changes of a file. A file may forbid operations, require more, and change cells
 * that are not starred.
 * @param text JSON
 * @param faults receives every error, one line each
 */
export function narrowedPolicy(standard: HelpdeskPolicy, text: string, faults: string[]): HelpdeskPolicy {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    faults.push('HELPDESK_POLICY is no JSON');
    return standard;
  }
  const parsed = file.safeParse(json);
  if (!parsed.success) {
    for (const { path, message } of parsed.error.issues)
      faults.push(`HELPDESK_POLICY ${path.join('.') || 'as a whole'}: ${message}`);
    return standard;
  }
  const { data } = parsed;
  const policy = structuredClone(standard);
  for (const role of helpdeskRoles) {
    for (const kind of targetKinds) {
      for (const operation of operations) {
        const change = data.cells?.[role]?.[kind]?.[operation];
        if (!change) continue;
        const fault = loosens(standard.cells[role][kind][operation], change);
        if (fault) faults.push(`HELPDESK_POLICY cells.${role}.${kind}.${operation} ${fault}`);
        else policy.cells[role][kind][operation] = changed(standard.cells[role][kind][operation], change);
      }
    }
  }
  return {
    ...policy,
    limits: { ...policy.limits, ...data.limits },
    callerVerificationTypes: data.callerVerificationTypes
      ? callerVerificationTypes.filter((type) => data.callerVerificationTypes!.includes(type))
      : policy.callerVerificationTypes,
    allowUnverified: data.allowUnverified ?? policy.allowUnverified,
  };
}
