import type { EmulatorContext } from '../../context/context.ts';
import type { FactorRow } from '../../store/schema.ts';
import type { Json, OnFactor } from './kind.ts';

/** Returns a person's URL in the API. */
export function personHref(emulator: Pick<EmulatorContext, 'url'>, personId: string): string {
  return `${emulator.url}/api/v1/users/${personId}`;
}

/** Returns a factor's URL in the API. */
export function factorHref(emulator: Pick<EmulatorContext, 'url'>, row: Pick<FactorRow, 'id' | 'person_id'>): string {
  return `${personHref(emulator, row.person_id)}/factors/${row.id}`;
}

/** Returns a link in the format of Okta's factors. */
export function link(href: string, ...allow: string[]): { href: string; hints: { allow: string[] } } {
  return { href, hints: { allow } };
}

/** `_links` of an answer that requires a verification. */
export function challengeLinks({ below }: Pick<OnFactor, 'below'>): Json {
  return { verify: link(below('/verify'), 'POST'), factor: link(below(''), 'GET', 'DELETE') };
}
