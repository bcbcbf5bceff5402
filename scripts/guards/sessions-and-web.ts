import type { Plant } from './plant.ts';

const bff = 'src/bff/';
const signIn = `${bff}features/sign-in/`;
const sessions = `${bff}identity/sessions/`;
const http = `${bff}http/`;
const headers = { file: `${http}pages/headers.integration.test.ts`, title: 'has the security headers' };

/** Sign-in, sessions and everything that reaches the server from a browser: items S and W. */
export const sessionsAndWeb: Plant[] = [
  {
    item: 'S1',
    file: `${signIn}attempts.ts`,
    text: 'return (await consumeOnce(store, `state ${state}`, pending.startedAt + ATTEMPT_MS)) ? pending : null;',
    replacement: 'return pending;',
    test: { file: `${signIn}attempts.integration.test.ts`, title: 'only callbacks of genuine attempts grow the table' },
  },
  {
    item: 'S2',
    file: `${signIn}provider.ts`,
    text: "if (claims.nonce !== attempt.nonce) throw new SignInRefused('the ID token answers another attempt');",
    replacement: '',
    test: { file: `${signIn}provider.test.ts`, title: 'refuses a token' },
  },
  {
    item: 'S2',
    file: `${signIn}bounded-http.ts`,
    text: 'if (!hasKeys(body)) throw new KeysUnreachable(`${url} answered no keys`);',
    replacement: 'void hasKeys;',
    test: { file: `${signIn}bad-answers.test.ts`, title: 'a key set that is' },
  },
  {
    item: 'S3',
    file: `${signIn}provider.ts`,
    text: 'if (found.issuer !== issuer)\n      throw new SignInRefused(`the discovery document names another issuer: ${found.issuer}`);',
    replacement: '',
    test: { file: `${signIn}provider.test.ts`, title: 'rejects a discovery document of another issuer' },
  },
  {
    item: 'S3',
    file: `${signIn}provider.ts`,
    text: 'if (URL.parse(String(address))?.origin !== origin)',
    replacement: 'if (address === origin)',
    test: { file: `${signIn}provider.test.ts`, title: 'on another host, naming it' },
  },
  {
    item: 'S4',
    file: `${sessions}sessions.ts`,
    text: 'const values = { ...change, token_hash: hashOf(token), seen_at: clock.now() };',
    replacement: 'const values = { ...change, token_hash: before, seen_at: clock.now() };',
    test: { file: `${signIn}sign-in.integration.test.ts`, title: 'is new at a step-up, here and at the org' },
  },
  {
    item: 'S9',
    file: `${bff}features/sessions/session-handlers.ts`,
    text: 'if (!(await endSessionsOf(subject, clock.now(), tx, id))) return false;',
    replacement: 'await endSessionsOf(subject, clock.now(), tx, id);',
    test: { file: `${http}unhindered.integration.test.ts`, title: 'refuses earlier sign-ins, also where nobody else' },
  },
  {
    item: 'S9',
    file: `${bff}features/sessions/session-handlers.ts`,
    text: 'await sessions.refuseEarlierSignIns(subject);',
    replacement: '',
    test: { file: `${http}unhindered.integration.test.ts`, title: 'refuses earlier sign-ins, also where nobody else' },
  },
  {
    item: 'S5',
    file: `${http}cookies.ts`,
    text: "const options = { path: '/', httpOnly: true, sameSite: 'lax', secure } as const;",
    replacement: "const options = { path: '/', httpOnly: false, sameSite: 'lax', secure } as const;",
    test: { file: `${signIn}sign-in.integration.test.ts`, title: 'in a cookie that no script reads' },
  },
  {
    item: 'S7',
    file: `${sessions}sessions.ts`,
    text: 'if (now >= idleEnd(found) || found.seen_at - now > SKEW_MS) {',
    replacement: 'if (found.seen_at - now > SKEW_MS) {',
    test: { file: `${sessions}sessions.integration.test.ts`, title: '15 minutes after the last activity, exactly' },
  },
  {
    item: 'S8',
    file: `${signIn}sign-out-route.ts`,
    text: 'await services.sessions.endNow(session, async () => {',
    replacement: 'void (async () => {',
    test: { file: `${bff}platform/store/full-disk.integration.test.ts`, title: 'signing out ends the session at once' },
  },
  {
    item: 'S9',
    file: `${sessions}revocations.ts`,
    text: 'throw new SignInTooOld(',
    replacement: 'void new SignInTooOld(',
    test: { file: `${signIn}revocations.integration.test.ts`, title: 'a held-back code begins no session' },
  },
  {
    item: 'S10',
    file: `${bff}identity/users/users.ts`,
    text: "if (person.status !== 'ACTIVE') throw new ApiError('signed_out');",
    replacement: '',
    test: { file: `${sessions}sessions.integration.test.ts`, title: 'cannot use' },
  },
  {
    item: 'S12',
    file: `${signIn}record-step-up.ts`,
    text: "if (requiredAcr !== null && !meetsAcr(acr, requiredAcr)) return 'acr is not what was asked';",
    replacement: '',
    test: {
      file: `${bff}identity/step-up/at-okta.integration.test.ts`,
      title: 'HELPDESK_ACR is the minimum of an agent’s own step-up',
    },
  },
  {
    item: 'S12',
    file: `${signIn}routes.ts`,
    text: 'if (pending.newSince !== null && !(clock.fromWire(claims.auth_time) >= pending.newSince - FRACTIONS_MS))',
    replacement: 'if (pending.newSince !== null && !(clock.fromWire(claims.auth_time) >= pending.startedAt - 60_000))',
    test: { file: `${signIn}new-sign-in.integration.test.ts`, title: 'takes no sign-in that is' },
  },
  {
    item: 'W1',
    file: `${http}csrf.ts`,
    text: "if (headers[ours.guard] !== '1' || foreign || (from === undefined && site === undefined)) {",
    replacement: "if (headers[ours.guard] !== '1') {",
    test: { file: `${http}csrf.integration.test.ts`, title: 'every unsafe route refuses a forged request' },
  },
  {
    item: 'W1',
    file: `${http}forms.ts`,
    text: "if (session && !(typeof body === 'string' && formTokens.matches(session, body))) throw new StaleForm();",
    replacement: 'void [session, body, formTokens];',
    test: { file: `${http}forms.integration.test.ts`, title: 'is refused with another session’s form token' },
  },
  {
    item: 'W3',
    file: `${http}pages/security-headers.ts`,
    text: "'x-dns-prefetch-control': 'off',",
    replacement: "'x-dns-prefetch-control': 'off', 'access-control-allow-origin': '*',",
    test: { file: `${http}csrf.integration.test.ts`, title: 'no origin gets permission to read across sites' },
  },
  {
    item: 'W4',
    file: `${http}pages/security-headers.ts`,
    text: `...(development ? [] : ["require-trusted-types-for 'script'", "trusted-types 'none'"]),`,
    replacement: '',
    test: headers,
  },
  {
    item: 'W5',
    file: `${http}pages/security-headers.ts`,
    text: "'x-frame-options': 'DENY',",
    replacement: '',
    test: headers,
  },
  {
    item: 'W5',
    file: `${http}malformed-requests.ts`,
    text: "'x-frame-options': 'DENY',",
    replacement: '',
    test: { ...headers, title: 'has the security headers too' },
  },
  {
    item: 'W6',
    file: `${http}arrival.ts`,
    text: "if (kind !== 'asset') void reply.header('cache-control', 'no-store');",
    replacement: '',
    test: { ...headers, title: 'an answer with a session is not cached' },
  },
  {
    item: 'W8',
    file: 'src/web/app/document.ts',
    text: '${escapeJson(JSON.stringify(data))}',
    replacement: '${JSON.stringify(data)}',
    test: { file: 'src/web/app/entry-server.test.ts', title: '[W7] [W8]' },
  },
  {
    item: 'W7',
    file: 'src/contract/audit-log/audit-reasons.ts',
    text: "(signInErrors.find((known) => known === error) ?? 'an unknown error');",
    replacement: '(error as SignInFault);',
    test: { file: `${signIn}sign-in.integration.test.ts`, title: 'none of the visitor’s words are in the log' },
  },
  {
    item: 'W9',
    file: `${bff}platform/client/address.ts`,
    text: 'while (hops.length > 0 && isTrusted(client)) {',
    replacement: 'while (hops.length > 0) {',
    test: { file: `${bff}platform/client/address.test.ts`, title: 'of peer' },
  },

  {
    item: 'S11',
    file: 'src/contract/endpoints.ts',
    text: "if (/[\\p{Cc}\\\\\\s]|^\\/{2}/u.test(wanted)) return '/';",
    replacement: '',
    test: { file: 'src/contract/own-path.test.ts', title: 'redirects to the home page' },
  },
  {
    item: 'W2',
    file: `${http}csrf.ts`,
    text: "const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);",
    replacement: "const SAFE = new Set(['GET', 'HEAD', 'OPTIONS', 'DELETE']);",
    test: { file: `${http}csrf.integration.test.ts`, title: 'every unsafe route refuses a forged request' },
  },
  {
    item: 'W7',
    file: `${bff}records/notifications/templates/templates.ts`,
    text: "text.replace(/[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]/gu, ' ').slice(0, 120);",
    replacement: 'text.slice(0, 120);',
    test: {
      file: `${bff}records/notifications/templates/templates.test.ts`,
      title: 'no text of others injects a header or a line into an email',
    },
  },
];
