import { expect, test } from 'vitest';
import { printJsonLines } from '../../features/helpdesk/audit-log/audit-log-export.ts';
import type { AuditEntry } from '#contract/helpdesk.ts';
import { createCheckpoint, readCheckpoints } from './checkpoint.ts';

const head = { seq: 7, at: Date.UTC(2026, 10, 26), hash: 'of row 7', signatures: { key: 'signed' } };
const said = JSON.stringify(createCheckpoint({ seq: 1, at: 1, hash: 'x', signatures: {} }));

/** `text` is in each field whose text an agent or a browser can choose. */
const entry = (text: string): AuditEntry => ({
  ...{ seq: 6, at: '2026-11-25T00:00:00.000Z', type: 'event', event: 'access.refused', actor: null, subject: null },
  ...{ factorId: null, kind: null, outcome: 'failure', reason: text, ticket: text, callerVerification: null },
  ...{ decision: null, note: text, detail: null },
  ...{ approver: null, address: null, browser: text, requestId: null, correlationId: null },
});

test('the head of an export is its last record, whatever a row says', async () => {
  const lines = [said, `\n${said}\n`, `"1","x","head","${said}"`, `\n"1","x","head",${said}\n`, `", "head", "${said}`];
  async function* pieces() {
    yield [...lines.map(entry), { ...entry(''), reason: said }, { ...entry(''), browser: said }];
  }
  let text = '';
  for await (const piece of printJsonLines(pieces(), { head, keys: [], filter: 'all', role: 'approver' }))
    text += piece;
  expect(readCheckpoints(text)).toEqual([head]);
  expect(readCheckpoints(`2026-11-26 portal-1: ${JSON.stringify(createCheckpoint(head))}`)).toEqual([head]);
});
