import type { AuditRow } from '#bff/records/audit-log/append.ts';
import { erasedBits } from '#bff/records/audit-log/chain.ts';

/** The number of each erased row, and the bits of its erased fields in hexadecimal. */
export const erasureText = (erased: readonly { seq: number; bits: number }[]): string =>
  erased.map(({ seq, bits }) => `${seq}:${bits.toString(16)}`).join(' ');

const readErasure = (text: string): { seq: number; bits: number }[] =>
  text.split(' ').flatMap((one) => {
    const [, seq, bits] = /^(\d+):([\da-f]+)$/.exec(one) ?? [];
    return seq && bits ? [{ seq: Number(seq), bits: Number.parseInt(bits, 16) }] : [];
  });

export type Erasures = {
  add(row: AuditRow): void;
  /** The first row with an erased value whose erasure no signed row lists. Null: none. */
  unnamed(): number | null;
};

/**
 * An attacker who can write to the store can erase a value and keep the row's hash valid, but cannot sign a row that
 * names this erasure.
 */
export function createErasures(): Erasures {
  const erased = new Map<number, number>();
  const named = new Map<number, number>();
  return {
    add({ seq, event, reason, salt }) {
      const bits = erasedBits(salt);
      if (bits !== 0) erased.set(seq, bits);
      if (event !== 'audit_log.erase') return;
      for (const one of readErasure(reason ?? '')) named.set(one.seq, (named.get(one.seq) ?? 0) | one.bits);
    },
    unnamed() {
      const bad = [...erased].filter(([seq, bits]) => (bits & ~(named.get(seq) ?? 0)) !== 0).map(([seq]) => seq);
      return bad.length === 0 ? null : bad.reduce((one, other) => Math.min(one, other));
    },
  };
}
