import { readCa } from '../../../platform/env/ca-file.ts';

/** `secrets`: each of them signs each batch; the newest comes first. `ca`: PEM; undefined: Node's certificates. */
export type SinkSettings = { url: string; secrets: readonly string[]; ca: string | undefined };

type Settings = {
  AUDIT_SINK?: string | undefined;
  AUDIT_SINK_CA_FILE?: string | undefined;
  AUDIT_SINK_SECRET?: string | undefined;
};

const SHORTEST_SECRET = 32;

/** Null when `AUDIT_SINK` is missing or wrong. Adds each error to `faults`. */
export function readSinkSettings(set: Settings, faults: string[]): SinkSettings | null {
  const { AUDIT_SINK: address, AUDIT_SINK_CA_FILE: caFile, AUDIT_SINK_SECRET: secret } = set;
  const fault = (what: string) => {
    faults.push(what);
    return null;
  };
  if (address === undefined) {
    for (const name of ['AUDIT_SINK_CA_FILE', 'AUDIT_SINK_SECRET'] as const)
      if (set[name] !== undefined) fault(`${name} is set, and AUDIT_SINK is not`);
    return null;
  }
  const url = URL.parse(address);
  if (url?.protocol.startsWith('syslog'))
    return fault('AUDIT_SINK is syslog, which is gone: AUDIT_LOG_LINES=on writes each row as a line of the log');
  if (url?.protocol !== 'https:' || /\s/.test(address))
    return fault('AUDIT_SINK is not an address like https://siem.example.com/…');
  if (url.username !== '' || url.password !== '' || url.hash !== '')
    return fault('AUDIT_SINK has a user, a password or a #; a webhook is authenticated by AUDIT_SINK_SECRET');
  const ca = readCa('AUDIT_SINK_CA_FILE', caFile, faults);
  const secrets = (secret ?? '')
    .split(',')
    .map((one) => one.trim())
    .filter(Boolean);
  if (secrets.length === 0) return fault('AUDIT_SINK_SECRET is missing: it signs what the webhook gets');
  if (secrets.some((one) => one.length < SHORTEST_SECRET))
    return fault(`AUDIT_SINK_SECRET is too short: ${SHORTEST_SECRET} characters or more`);
  return { url: url.href, secrets, ca };
}
