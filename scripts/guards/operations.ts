import type { Plant } from './plant.ts';

const bff = 'src/bff/';
const records = `${bff}records/`;
const config = { file: `${bff}config/config.test.ts`, title: 'keeps the emulator on this machine' };

/** Calls to Okta, the store, records, privacy and building: items U, D, L, P and C. */
export const operations: Plant[] = [
  {
    item: 'U1',
    file: 'src/okta/transport/limits.ts',
    text: 'this.#end = performance.now() + Math.min(ms, requestMs);',
    replacement: 'this.#end = performance.now() + ms;',
    test: { file: `${bff}http/deadline.integration.test.ts`, title: 'a request ends 25 s after it arrived' },
  },
  {
    item: 'U2',
    file: 'src/okta/transport/pool.ts',
    text: 'maxResponseSize: limits.maxReplyBytes,',
    replacement: '',
    test: { file: 'src/okta/every-operation.test.ts', title: '[U2]' },
  },
  {
    item: 'U5',
    file: 'src/okta/transport/retry.ts',
    text: 'return had.broken === 0 && pause < left ? pause : null;',
    replacement: 'return had.broken < 3 && pause < left ? pause : null;',
    test: { file: 'src/okta/every-operation.test.ts', title: '[U2]' },
  },
  {
    item: 'U6',
    file: 'src/okta/transport/breaker.ts',
    text: 'if (failed.count >= failures) pausedAt = now;',
    replacement: '',
    test: { file: 'src/okta/limits.test.ts', title: 'refused connections: fails at once without a call' },
  },
  {
    item: 'U8',
    file: `${bff}http/endpoints/run-endpoint.ts`,
    text: 'if (row.change || row.event) await services.assertWritable();',
    replacement: '',
    test: {
      file: `${bff}platform/store/full-disk.integration.test.ts`,
      title: 'changes and reads of other people are refused',
    },
  },
  {
    item: 'U9',
    file: 'src/okta/transport/pool.ts',
    text: 'rejectUnauthorized: true,',
    replacement: 'rejectUnauthorized: false,',
    test: { file: `${bff}features/sign-in/tls.test.ts`, title: '' },
  },
  {
    item: 'D1',
    file: 'src/database/open.ts',
    text: 'PRAGMA synchronous = FULL;',
    replacement: 'PRAGMA synchronous = NORMAL;',
    test: { file: 'src/database/open.test.ts', title: 'waits for the disk at each commit' },
  },
  {
    item: 'D5',
    file: `${bff}http/malformed-requests.ts`,
    text: "return url.replaceAll('%', '%25');",
    replacement: 'return url;',
    test: { file: `${bff}http/pages/headers.integration.test.ts`, title: 'an address that encodes nothing' },
  },
  {
    item: 'D6',
    file: `${bff}identity/sessions/sessions.ts`,
    text: 'if (now >= idleEnd(found) || found.seen_at - now > SKEW_MS) {',
    replacement: 'if (now >= idleEnd(found)) {',
    test: {
      file: `${bff}identity/sessions/sessions.integration.test.ts`,
      title: 'when the clock jumps an hour ahead or back',
    },
  },
  {
    item: 'D7',
    file: `${bff}http/sockets.ts`,
    text: 'headersTimeout: headersMs,',
    replacement: '',
    test: { file: `${bff}http/sockets.integration.test.ts`, title: 'headers end by their own limit' },
  },
  {
    item: 'L2',
    file: `${bff}http/request-log/request-log.ts`,
    text: 'traceId, spanId, ...line,',
    replacement: 'traceId, spanId, headers: request.headers, ...line,',
    test: { file: `${bff}features/factors/secrets.integration.test.ts`, title: '[L2] codes, answers, secrets' },
  },
  {
    item: 'L4',
    file: `${records}audit-log/chain.ts`,
    text: "Buffer.concat([Buffer.from(FORMAT), Buffer.from(prev, 'base64url'), number, ...digests]),",
    replacement: 'Buffer.concat([Buffer.from(FORMAT), number, ...digests]),',
    test: { file: 'src/operator/audit-verify/verify-log.test.ts', title: '' },
  },
  {
    item: 'L6',
    file: `${records}alarms/watch.ts`,
    text: ".where('first_at', '<', reset.at - DAY_MS)\n",
    replacement: '',
    test: {
      file: `${records}alarms/alarms.integration.test.ts`,
      title: 'a method added from a new network within a day of a reset is an alarm',
    },
  },
  {
    item: 'P3',
    file: `${bff}platform/env/secret-file.ts`,
    text: 'const OPEN_BITS = 0o027;',
    replacement: 'const OPEN_BITS = 0o007;',
    test: { file: `${bff}platform/env/secret-file.test.ts`, title: 'which others can read or change, is rejected' },
  },
  {
    item: 'P4',
    file: `${bff}config/config.ts`,
    text: "if (env['NODE_ENV'] === 'production') faults.push(`NODE_ENV is production: ${why}`);",
    replacement: '',
    test: config,
  },
  {
    item: 'P4',
    file: `${bff}config/config.ts`,
    text: 'if (!isLoopback(set.HOST)) faults.push(`HOST is not loopback: ${why}`);',
    replacement: '',
    test: config,
  },

  {
    item: 'U3',
    file: 'src/okta/wire/lenient.ts',
    text: "export const textOrNull = z.transform((value: unknown) => (typeof value === 'string' ? value : null));",
    replacement: 'export const textOrNull = z.nullable(z.string());',
    test: { file: 'src/okta/wire/tolerance.test.ts', title: 'accepts unknown values' },
  },
  {
    item: 'U4',
    file: 'src/okta/transport/retry.ts',
    text: 'return pause <= nearMs && pause < left ? pause : null;',
    replacement: 'return pause < 0 ? left : null;',
    test: { file: 'src/okta/limits.test.ts', title: 'waits for a near reset, and the retry names the request' },
  },
  {
    item: 'U7',
    file: 'src/okta/transport/service-app.ts',
    text: 'coming ??= renew()',
    replacement: 'coming = renew()',
    test: { file: 'src/okta/transport/service-app.test.ts', title: 'is requested once for all concurrent callers' },
  },
  {
    item: 'D3',
    file: `${bff}platform/store/write-check.ts`,
    text: "await tx.insertInto('write_checks').values({ id, filler: FILLER }).execute();",
    replacement: 'void FILLER;',
    test: { file: `${bff}platform/store/full-disk.integration.test.ts`, title: '[D3]' },
  },
  {
    item: 'L1',
    file: `${bff}features/factors/change-handlers.ts`,
    text: "...change('user.mfa.factor.rename', { freezable: true }),",
    replacement: '...change(null as never, { freezable: true }),',
    test: { file: `${bff}http/policies.test.ts`, title: 'has the guards that its kind requires' },
  },
  {
    item: 'P1',
    file: `${bff}platform/kinds/mask.ts`,
    text: 'return `•••• ${digits.slice(-4)}`;',
    replacement: 'return digits;',
    test: { file: `${bff}features/factors/views.integration.test.ts`, title: '[P1]' },
  },
  {
    item: 'C1',
    file: '.npmrc',
    text: 'ignore-scripts=true',
    replacement: 'ignore-scripts=false',
    test: { file: 'scripts/packages.test.ts', title: 'a planted package runs no script while it is installed' },
  },
  {
    item: 'C3',
    file: 'scripts/supply-chain.ts',
    text: "const serious = new Set(['high', 'critical']);",
    replacement: "const serious = new Set(['critical']);",
    test: { file: 'scripts/supply-chain.test.ts', title: 'a serious advisory and a wrong or missing signature' },
  },
  {
    item: 'C5',
    file: '.oxlintrc.json',
    text: '"no-eval": "error",',
    replacement: '',
    test: { file: 'scripts/lint.test.ts', title: '[W7] [C5]' },
  },
];
