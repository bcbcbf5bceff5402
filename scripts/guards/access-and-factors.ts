import type { Plant } from './plant.ts';

const bff = 'src/bff/';
const stepUp = `${bff}identity/step-up/`;
const helpdesk = `${bff}features/helpdesk/`;
const emulator = 'src/okta-emulator/factors/';
const keys = `${emulator}webauthn/webauthn.test.ts`;
const auditors = `${helpdesk}audit-log/auditors.integration.test.ts`;
const alarms = `${bff}records/alarms/alarms.integration.test.ts`;

/** Who may do what, factors, and wrong codes: items A, F and B. */
export const accessAndFactors: Plant[] = [
  {
    item: 'A3',
    file: 'src/okta/wire/path.ts',
    text: 'if (!isId(value)) throw new TypeError(`${place} is not an id that Okta gives out`);',
    replacement: '',
    test: { file: 'src/okta/user-factor-api.test.ts', title: 'refuses an invalid id before anything is sent' },
  },
  {
    item: 'A4',
    file: `${stepUp}requirement.ts`,
    text: 'const strength = Math.min(touched, Math.max(0, ...counting.map((one) => strengthOf(one, capabilities))));',
    replacement:
      'const strength = Math.min(1, touched, Math.max(0, ...counting.map((one) => strengthOf(one, capabilities))));',
    test: { file: `${stepUp}requirement.test.ts`, title: 'no method can be removed by a weaker step-up' },
  },
  {
    item: 'A5',
    file: `${stepUp}step-ups.ts`,
    text: ".where('purpose', '=', purpose)\n      .where('strength', '>=', strength)",
    replacement: ".where('strength', '>=', purpose === '' ? 0 : strength)",
    test: { file: `${stepUp}step-ups.integration.test.ts`, title: 'with a code is valid for its purpose' },
  },
  {
    item: 'A6',
    file: `${bff}features/factors/removal-rules.ts`,
    text: "if (target.counts && !methods.some(({ counts, id }) => counts && id !== target.id)) return 'last_factor';",
    replacement: '',
    test: { file: `${bff}features/factors/removal-rules.test.ts`, title: '' },
  },
  {
    item: 'A8',
    file: `${helpdesk}resets/prepare-reset.ts`,
    text: 'if (!policy.allowUnverified || !body.note)',
    replacement: 'if (!policy.allowUnverified)',
    test: { file: `${helpdesk}resets/unfreezes.integration.test.ts`, title: 'unfreezing needs what a reset needs' },
  },
  {
    item: 'A12',
    file: `${helpdesk}resets/prepare-reset.ts`,
    text: "  'attack_signs',\n  'not_verified',\n]);",
    replacement: "  'not_verified',\n]);",
    test: { file: `${helpdesk}resets/unlocks.integration.test.ts`, title: 'there are signs of an attack' },
  },
  {
    item: 'A12',
    file: `${helpdesk}resets/reset-limits.ts`,
    text: 'unlocksPerPersonDay, DAY_MS);',
    replacement: 'unlocksPerPersonDay + 1, DAY_MS);',
    test: { file: `${helpdesk}resets/unlocks.integration.test.ts`, title: 'three a day for a person' },
  },
  {
    item: 'A13',
    file: `${helpdesk}approvals/approval-handlers.ts`,
    text: "if (row.agent_id !== session.user_id) throw new ApiError('not_found');",
    replacement: '',
    test: { file: `${helpdesk}approvals/withdrawals.integration.test.ts`, title: 'nobody else withdraws it' },
  },
  {
    item: 'A13',
    file: `${helpdesk}resets/approvals.ts`,
    text: ".where('agent_id', '=', agent_id)\n        .where('status', '=', 'waiting')",
    replacement: ".where('agent_id', '=', agent_id)",
    test: { file: `${helpdesk}approvals/withdrawals.integration.test.ts`, title: 'nobody else withdraws it' },
  },
  {
    item: 'A9',
    file: `${helpdesk}recovery-codes/recovery-codes.ts`,
    text: "if (row.session_id !== null) throw required('used');",
    replacement: 'if (row.session_id !== null) return true;',
    test: {
      file: `${helpdesk}recovery-codes/recovery-codes.integration.test.ts`,
      title: 'of thirty concurrent right codes one works',
    },
  },
  {
    item: 'A10',
    file: `${helpdesk}caller-verification/start-limits.ts`,
    text: 'await assertFewer(store, now, byAgent, `${type}_by`, pair, verificationsPerAgentHour, HOUR_MS);',
    replacement: 'void [byAgent, pair, verificationsPerAgentHour];',
    test: {
      file: `${helpdesk}attack-signs/attack-signs.integration.test.ts`,
      title: 'pushes: three an hour by one agent to one person',
    },
  },
  {
    item: 'A11',
    file: `${bff}app.ts`,
    text: "if (bare.length) throw new Error(`no policy guards ${bare.join(', ')}`);",
    replacement: '',
    test: { file: `${bff}http/policies.test.ts`, title: 'a route without a policy stops the start' },
  },
  {
    item: 'F1',
    file: `${emulator}totp/otp.ts`,
    text: '& 0x7fffffff;',
    replacement: '& 0x3fffffff;',
    test: { file: `${emulator}totp/otp.test.ts`, title: '(RFC 4226 appendix D)' },
  },
  {
    item: 'F2',
    file: `${emulator}totp/otp.ts`,
    text: 'return matching.find((step) => step > last) ??',
    replacement: 'return matching[0] ??',
    test: { file: `${emulator}codes.test.ts`, title: 'works once, also for concurrent requests' },
  },
  {
    item: 'F3',
    file: `${emulator}totp/otp.ts`,
    text: '  drift = 1,\n',
    replacement: '  drift = 2,\n',
    test: { file: `${emulator}codes.test.ts`, title: 'steps away' },
  },
  {
    item: 'F4',
    file: `${emulator}totp/kind.ts`,
    text: 'random((secretLength * 5) / 8)',
    replacement: 'random(10)',
    test: { file: `${emulator}secrets.test.ts`, title: '10,000 secrets are 160 bits each' },
  },
  {
    item: 'F6',
    file: 'src/okta/qr-code.ts',
    text: "if (!bytes.subarray(0, signature.length).equals(signature)) throw new TypeError('a PNG was due');",
    replacement: '',
    test: {
      file: `${bff}features/factors/enrollment/push-enrollment.integration.test.ts`,
      title: 'an org’s answer that is not a small image is refused',
    },
  },
  {
    item: 'F8',
    file: `${emulator}verify.ts`,
    text: 'if (answersOnce) await consume(about.tx, row.id, purpose);',
    replacement: '',
    test: { file: keys, title: 'consumes its challenge before the check' },
  },
  {
    item: 'F8',
    file: `${emulator}webauthn/ceremony.ts`,
    text: 'return crossOrigin !== true && originFits(origin, rpId) ? origin : undefined;',
    replacement: 'return String(origin ?? crossOrigin ?? originFits(origin, rpId));',
    test: { file: keys, title: '[F8] with' },
  },
  {
    item: 'F9',
    file: `${emulator}webauthn/ceremony.ts`,
    text: 'credential: { ...credential, publicKey:',
    replacement: 'credential: { ...credential, counter: 0, publicKey:',
    test: { file: keys, title: 'with a counter that did not grow is refused' },
  },
  {
    item: 'F12',
    file: `${bff}records/alarms/watch.ts`,
    text: 'denials.has(callerFailureOf(row.reason))',
    replacement: "denials.has(callerFailureOf(''))",
    test: { file: alarms, title: 'a push that the caller denies is an alarm about them' },
  },
  {
    item: 'F13',
    file: `${bff}platform/store/secrets.ts`,
    text: "const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(`${id}|${context}`));",
    replacement: "const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(`${id}|`));",
    test: { file: `${bff}platform/store/secrets.test.ts`, title: '' },
  },
  {
    item: 'F13',
    file: `${bff}platform/store/secrets.ts`,
    text: '.update(JSON.stringify([id, context, value]))',
    replacement: '.update(JSON.stringify([id, value]))',
    test: { file: `${bff}platform/store/secrets.test.ts`, title: 'an HMAC belongs to one value and context' },
  },
  {
    item: 'B1',
    file: `${stepUp}code-attempts.ts`,
    text: 'if (counted.numUpdatedRows === 0n) throw closedAtOkta();',
    replacement: 'void counted;',
    test: {
      file: `${stepUp}code-attempts.integration.test.ts`,
      title: 'the fourth in a row blocks all codes until a sign-in',
    },
  },
  {
    item: 'B2',
    file: `${stepUp}code-attempts.ts`,
    text: 'if (isGuess(attempt)) {\n        await assertKindOpen(attempt, tx);',
    replacement: 'if (isGuess(attempt)) {',
    test: { file: `${stepUp}wrong-codes.integration.test.ts`, title: '[B2] wrong codes of one kind' },
  },
  {
    item: 'B3',
    file: `${stepUp}code-attempts.ts`,
    text: '(await attempt.hasKey()) ? 1 : 0;',
    replacement: '(await attempt.hasKey()) ? 0 : 0;',
    test: { file: `${stepUp}code-attempts.integration.test.ts`, title: 'keeps one try for it' },
  },
  {
    item: 'B4',
    file: `${bff}platform/cache/windows.ts`,
    text: '({ max: most });',
    replacement: '({ max: 2 ** 24 });',
    test: { file: `${bff}http/limit.test.ts`, title: 'windows and known sessions are bounded' },
  },
  {
    item: 'B5',
    file: `${bff}platform/kinds/reachable.ts`,
    text: "if (!read || read.isNonGeographic() || !ordinary.has(read.getType())) throw new ApiError('bad_phone');",
    replacement: "if (!read) throw new ApiError('bad_phone');",
    test: { file: `${stepUp}messages.integration.test.ts`, title: 'gets no text message, call or link' },
  },
  {
    item: 'B5',
    file: `${stepUp}send-limit.ts`,
    text: 'if (earliest) {',
    replacement: 'if (earliest && earliest.at < 0) {',
    test: {
      file: `${stepUp}send-limit.integration.test.ts`,
      title: 'also after a restart, and by another portal on the store',
    },
  },
  {
    item: 'B7',
    file: 'src/okta/transport/budget.ts',
    text: 'const ours = 0.8;',
    replacement: 'const ours = 1;',
    test: { file: 'src/okta/limits.test.ts', title: 'reads stop at nine tenths of our 80 %' },
  },

  {
    item: 'A1',
    file: `${bff}identity/methods/person-factors.ts`,
    text: 'api.listSupportedFactors({ userId }, shared())',
    replacement: "api.listSupportedFactors({ userId: '00u00000000000000000' }, shared())",
    test: { file: `${bff}http/own-person.integration.test.ts`, title: 'Okta is called only for the session’s person' },
  },
  {
    item: 'A2',
    file: `${bff}features/factors/verification/transactions.ts`,
    text: ".where('session_id', '=', session.id).where('factor_id', '=', factorId);",
    replacement: ".where('factor_id', '!=', `${session.id} ${factorId}`);",
    test: { file: `${bff}http/two-people.integration.test.ts`, title: 'give access to another person’s transaction' },
  },
  {
    item: 'A7',
    file: `${helpdesk}access/helpdesk.ts`,
    text: "if (!cell.allowed) throw ApiError.withRule('out_of_policy', cell.rule);",
    replacement: '',
    test: { file: `${helpdesk}access/policy-walk.integration.test.ts`, title: '' },
  },
  {
    item: 'A7',
    file: `${helpdesk}access/helpdesk.ts`,
    text: 'const auditor = isAuditor(groups) && !agent && !admin;',
    replacement: 'const auditor = isAuditor(groups);',
    test: { file: auditors, title: 'in the auditors’ group too has no other rights than before' },
  },
  {
    item: 'A7',
    file: `${helpdesk}audit-log/log-access.ts`,
    text: 'if (stepUp === null || stepUp.until !== null) return;',
    replacement: 'if (stepUp !== null) return;',
    test: { file: auditors, title: 'reads and exports all rows, with names, after the step-up' },
  },
  {
    item: 'A7',
    file: `${helpdesk}access/assert-helpdesk-role.ts`,
    text: 'staff: agent || admin,',
    replacement: 'staff: agent || admin || auditor,',
    test: { file: auditors, title: 'searches, opens, decides and changes nothing at the helpdesk' },
  },
  {
    item: 'F5',
    file: `${bff}identity/methods/present.ts`,
    text: 'return { id, ...namedMethodOf(method), detail, status, strength, created, lastVerified };',
    replacement:
      'return { id, ...namedMethodOf(method), detail: JSON.stringify(method.members), status, strength, created, lastVerified };',
    test: {
      file: `${bff}features/factors/views.integration.test.ts`,
      title: 'unexpected data of the org is not passed on',
    },
  },
  {
    item: 'F7',
    file: `${emulator}verify.ts`,
    text: "const active = changed(about, row, verdict, { status: 'ACTIVE', last_updated: now, ...renamed });",
    replacement: 'const active = changed(about, row, verdict, { status: row.status, last_updated: now, ...renamed });',
    test: { file: 'src/okta-emulator/testing/model/model.test.ts', title: 'behave as the model' },
  },
  {
    item: 'F10',
    file: `${emulator}rows.ts`,
    text: ".where('expires_at', '>', now)",
    replacement: ".where('expires_at', '>', 0)",
    test: { file: `${emulator}sms/sms.test.ts`, title: 'a code is valid for five minutes' },
  },
  {
    item: 'F11',
    file: `${emulator}rows.ts`,
    text: "await (what.replaces ? all : all.where('expires_at', '<=', now)).execute();",
    replacement: "await all.where('expires_at', '<=', now).execute();",
    test: { file: `${emulator}email/email.test.ts`, title: 'accepts only the newest code' },
  },
];
