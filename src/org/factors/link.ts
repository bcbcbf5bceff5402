import type { Context } from '../context.ts';
import type { FactorRow } from '../store/schema.ts';

/** The address of a person in the API. */
export function personHref(org: Pick<Context, 'url'>, personId: string): string {
  return `${org.url}/api/v1/users/${personId}`;
}

/** The address of a factor in the API. */
export function factorHref(org: Pick<Context, 'url'>, row: Pick<FactorRow, 'id' | 'person_id'>): string {
  return `${personHref(org, row.person_id)}/factors/${row.id}`;
}

/** A link as Okta writes one on factors. */
export function link(href: string, ...allow: string[]): { href: string; hints: { allow: string[] } } {
  return { href, hints: { allow } };
}
