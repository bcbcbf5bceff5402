import type { EmulatorContext } from '../../context/context.ts';
import type { FactorRow } from '../../store/schema.ts';

/** The address of a person in the API. */
export function personHref(emulator: Pick<EmulatorContext, 'url'>, personId: string): string {
  return `${emulator.url}/api/v1/users/${personId}`;
}

/** The address of a factor in the API. */
export function factorHref(emulator: Pick<EmulatorContext, 'url'>, row: Pick<FactorRow, 'id' | 'person_id'>): string {
  return `${personHref(emulator, row.person_id)}/factors/${row.id}`;
}

/** A link as Okta writes one on factors. */
export function link(href: string, ...allow: string[]): { href: string; hints: { allow: string[] } } {
  return { href, hints: { allow } };
}
