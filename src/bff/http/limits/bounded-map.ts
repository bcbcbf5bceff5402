/**
 * A map of at most `most` keys, of which those not touched for longest go first. It keeps two halves: when the newer is
 * full, the older goes as a whole. (To delete the first key of a `Map` again and again costs more with every key that
 * is gone.)
 */
export function createBoundedMap<V>(most: number) {
  const half = Math.max(1, Math.floor(most / 2));
  let newer = new Map<string, V>();
  let older = new Map<string, V>();

  function set(key: string, value: V): void {
    if (newer.size >= half && !newer.has(key)) {
      older = newer;
      newer = new Map();
    }
    newer.set(key, value);
  }

  return {
    get(key: string): V | undefined {
      const value = newer.get(key);
      if (value !== undefined) return value;
      const kept = older.get(key);
      if (kept !== undefined) set(key, kept);
      return kept;
    },
    set,
    /** At most `most`; a key in both halves counts twice. */
    size: () => newer.size + older.size,
  };
}
