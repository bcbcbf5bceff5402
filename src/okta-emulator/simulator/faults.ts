/** `match`: a method (`*`: any) and a path, in which `*` matches one segment or, at the end, all further segments. */
export type Fault = {
  match: string;
  times: number;
  /** The emulator answers with this status and does not act. Null: it acts and answers. */
  status: number | null;
  /** Null removes a header of the answer. */
  headers: Record<string, string | null>;
  /** A string is sent unchanged, other values as JSON. Null: Okta's own error for the status. */
  body: unknown;
  delayMs: number;
  /** Cuts the connection before or after the emulator acts. `never`: the emulator acts but never answers. */
  cut: 'before' | 'after' | 'never' | null;
};

export type Faults = {
  /** Throws a TypeError for an invalid fault. */
  add(given: unknown): Fault;
  /** Undefined if no fault matches. Of several, the oldest is used. */
  take(method: string, path: string): Fault | undefined;
  list(): Fault[];
  clear(): void;
};

/** `match`: such as `GET /api/v1/org/*`. */
function fits(match: string, method: string, path: string): boolean {
  const [wantedMethod, wantedPath = ''] = match.split(' ');
  if (wantedMethod !== '*' && wantedMethod !== method) return false;
  const wanted = wantedPath.split('/');
  const given = path.split('/');
  const open = wanted.at(-1) === '*';
  if (open ? given.length < wanted.length : given.length !== wanted.length) return false;
  return wanted.every((segment, index) => (segment === '*' ? given[index] !== '' : segment === given[index]));
}

const whole = (value: unknown, from: number, to: number) =>
  Number.isInteger(value) && (value as number) >= from && (value as number) <= to;

function read(given: unknown): Fault {
  const {
    match,
    times = 1,
    status = null,
    headers = {},
    body = null,
    delayMs = 0,
    cut = null,
  } = (given ?? {}) as Record<string, unknown>;
  if (typeof match !== 'string' || !/^(\*|[A-Z]+) \/\S*$/.test(match))
    throw new TypeError('match is a method and a path, such as "GET /api/v1/users/*/factors"');
  if (!whole(times, 1, 1_000_000)) throw new TypeError('times is a whole number from 1 on');
  if (status !== null && !whole(status, 200, 599)) throw new TypeError('status is a number from 200 to 599, or null');
  if (!whole(delayMs, 0, 600_000)) throw new TypeError('delayMs is a whole number of milliseconds up to 600000');
  if (cut !== null && cut !== 'before' && cut !== 'after' && cut !== 'never')
    throw new TypeError('cut is "before", "after", "never" or null');
  const fine =
    typeof headers === 'object' &&
    headers !== null &&
    Object.values(headers).every((value) => value === null || typeof value === 'string');
  if (!fine) throw new TypeError('headers is an object of strings (null removes a header)');
  return {
    match,
    times: times as number,
    status: status as number | null,
    headers: headers as Fault['headers'],
    body,
    delayMs: delayMs as number,
    cut,
  };
}

export function createFaults(): Faults {
  let pending: Fault[] = [];
  return {
    add(given) {
      const fault = read(given);
      pending.push(fault);
      return fault;
    },
    take(method, path) {
      const found = pending.find((fault) => fits(fault.match, method, path));
      if (!found) return undefined;
      found.times -= 1;
      if (found.times === 0) pending = pending.filter((fault) => fault !== found);
      return found;
    },
    list: () => pending.map((fault) => ({ ...fault })),
    clear() {
      pending = [];
    },
  };
}
