import type { EmulatorContext } from '../../context/context.ts';
import type { FactorRow } from '../../store/schema.ts';
import type { Json, OnFactor } from './kind.ts';

export function personHref(emulator: Pick<EmulatorContext, 'url'>, personId: string): string {
  return `${emulator.url}/api/v1/users/${personId}`;
}

export function factorHref(emulator: Pick<EmulatorContext, 'url'>, row: Pick<FactorRow, 'id' | 'person_id'>): string {
  return `${personHref(emulator, row.person_id)}/factors/${row.id}`;
}

export function link(href: string, ...allow: string[]): { href: string; hints: { allow: string[] } } {
  return { href, hints: { allow } };
}

export function challengeLinks({ below }: Pick<OnFactor, 'below'>): Json {
  return { verify: link(below('/verify'), 'POST'), factor: link(below(''), 'GET', 'DELETE') };
}
