import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { authority } from '#testing/certificates.ts';
import { readConfig } from '../../../config/config.ts';
import { findConfigFaults } from '../../../config/testing/find-config-faults.ts';
import { temporaryFolder } from '#testing/programs/temporary-folder.ts';

const folder = temporaryFolder();
const caFile = join(folder, 'ca.pem');
writeFileSync(caFile, authority);
const AUDIT_SINK_SECRET = 'a-secret-of-the-sink-with-32-characters';

describe('AUDIT_SINK', () => {
  test('is a webhook with its secrets', () => {
    expect(readConfig({}).auditSink).toBeNull();
    const webhook = {
      AUDIT_SINK: 'https://siem.example.com/in?x=1',
      AUDIT_SINK_SECRET: `${AUDIT_SINK_SECRET}, ${'k'.repeat(32)}`,
    };
    const sink = { url: webhook.AUDIT_SINK, secrets: [AUDIT_SINK_SECRET, 'k'.repeat(32)], ca: undefined };
    expect(readConfig(webhook).auditSink).toEqual(sink);
    expect(readConfig({ ...webhook, AUDIT_SINK_CA_FILE: caFile }).auditSink).toEqual({ ...sink, ca: authority });
  });

  test.each<[Record<string, string>, RegExp]>([
    [{ AUDIT_SINK: 'http://siem.example.com/in', AUDIT_SINK_SECRET }, /^AUDIT_SINK is not an address like /],
    [{ AUDIT_SINK: 'syslog+tls://siem.example.com' }, /^AUDIT_SINK is syslog, .* AUDIT_LOG_LINES=on /],
    [{ AUDIT_SINK: 'https://user:pass@siem.example.com/', AUDIT_SINK_SECRET }, /^AUDIT_SINK has a user, a password/],
    [{ AUDIT_SINK: 'https://siem.example.com/' }, /^AUDIT_SINK_SECRET is missing/],
    [{ AUDIT_SINK: 'https://siem.example.com/', AUDIT_SINK_SECRET: 'short' }, /^AUDIT_SINK_SECRET is too short/],
    [{ AUDIT_SINK_SECRET }, /^AUDIT_SINK_SECRET is set, and AUDIT_SINK is not$/],
    [
      { AUDIT_SINK: 'https://a.example', AUDIT_SINK_SECRET, AUDIT_SINK_CA_FILE: join(folder, 'none') },
      /^AUDIT_SINK_CA_FILE names a file/,
    ],
    [{ AUDIT_RETENTION_DAYS: '89' }, /^AUDIT_RETENTION_DAYS is not a whole number from 90/],
    [{ AUDIT_ARCHIVE: folder }, /^AUDIT_ARCHIVE is gone: `latchkey audit:prune`/],
  ])('%o is a fault', (settings, fault) => {
    const faults = findConfigFaults(settings);
    expect(faults).toEqual([expect.stringMatching(fault)]);
    expect(faults.join()).not.toContain(AUDIT_SINK_SECRET);
  });
});
