import type { Plant } from './plant.ts';

const bff = 'src/bff/';
const platform = `${bff}platform/`;
const records = `${bff}records/`;
const identity = `${bff}identity/`;
const http = `${bff}http/`;

/** Faults in the layers below the features: platform, records, identity and http. */
export const server: Plant[] = [
  {
    item: 'F-31',
    file: `${platform}store/lock.ts`,
    text: 'if (row?.fence !== fence || (now',
    replacement: 'if (row === undefined || (now',
    test: { file: `${platform}store/lock.test.ts`, title: 'one that lost it cannot write any more' },
  },
  {
    item: 'F-32',
    file: `${platform}store/consumed-tokens.ts`,
    text: "        .where('consumed_tokens.request_hash', '=', request_hash)\n",
    replacement: '',
    test: { file: `${bff}features/sign-in/logout.integration.test.ts`, title: 'and for the same person only' },
  },
  {
    item: 'F-33',
    file: `${platform}lifecycle/health.ts`,
    text: '...(isOperator && { reasons, version, commit }),',
    replacement: '...((isOperator || token === null) && { reasons, version, commit }),',
    test: {
      file: `${platform}lifecycle/health.integration.test.ts`,
      title: 'without a token nobody reads the reasons',
    },
  },
  {
    item: 'F-34',
    file: `${platform}metrics/listener.ts`,
    text: 'if (token === null && isLoopback(host) && !isLoopback(nameIn(headers.host))) return void say(403);',
    replacement: '',
    test: { file: `${platform}metrics/metrics.integration.test.ts`, title: 'no page reads it under a name of its own' },
  },
  {
    item: 'F-35',
    file: `${platform}cache/fresh-cache.ts`,
    text: 'return age >= 0 && age < ms ? kept.answer : undefined;',
    replacement: 'return age < ms ? kept.answer : undefined;',
    test: {
      file: `${platform}cache/fresh-cache.test.ts`,
      title: 'ignores an answer from before the clock was set back',
    },
  },
  {
    item: 'F-36',
    file: `${platform}kinds/sent-codes.ts`,
    text: "verificationType: 'sent-code', strength: 1 }], 1, {",
    replacement: "verificationType: 'sent-code', strength: 2 }], 1, {",
    test: { file: `${identity}step-up/requirement.test.ts`, title: '' },
  },
  {
    item: 'F-37',
    file: `${platform}lifecycle/prune.ts`,
    text: "['session_revocations', 'at', DAY_MS],",
    replacement: "['session_revocations', 'at', 0],",
    test: { file: `${bff}features/sign-in/revocations.integration.test.ts`, title: 'is deleted after a day' },
  },
  {
    item: 'F-38',
    file: `${platform}errors/api-errors.ts`,
    text: "return { outcome: source.acted === 'maybe' ? 'unknown' : 'failure', reason:",
    replacement:
      "return { outcome: source.acted === 'maybe' && source.kind !== 'timeout' ? 'unknown' : 'failure', reason:",
    test: { file: `${http}deadline.integration.test.ts`, title: 'an unknown outcome is reconciled' },
  },
  {
    item: 'F-41',
    file: `${records}notifications/enqueue.ts`,
    text: 'const others = withAddress(person.addresses, former).filter',
    replacement: 'const others = withAddress(person.addresses, null).filter',
    test: { file: `${bff}features/factors/remove.integration.test.ts`, title: 'gets a notification of its removal' },
  },
  {
    item: 'F-42',
    file: `${records}notifications/outbox.ts`,
    text: ".set({ sent_at: clock.now(), body: '' })",
    replacement: '.set({ sent_at: clock.now() })',
    test: { file: `${platform}store/at-rest.integration.test.ts`, title: 'is ever readable in the data folder' },
  },
  {
    item: 'F-43',
    file: `${records}audit-log/close-intent.ts`,
    text: "await tx.deleteFrom('repeats').where('intent', '=', intent).execute();",
    replacement: '',
    test: {
      file: `${http}endpoints/repeated-changes.integration.test.ts`,
      title: 'runs anew when the change did not happen',
    },
  },
  {
    item: 'F-44',
    file: `${records}audit-log/sink/webhook.ts`,
    text: 'if (answer.statusCode < 200 || answer.statusCode > 299)',
    replacement: 'if (answer.statusCode < 200 || answer.statusCode > 399)',
    test: {
      file: `${records}audit-log/sink/webhook.integration.test.ts`,
      title: 'a redirect, an error and another secret are no acknowledgement',
    },
  },
  {
    item: 'F-45',
    file: `${records}audit-log/refusals.ts`,
    text: 'const whose = actor.userId ?? about.subject;',
    replacement: 'const whose = about.subject;',
    test: {
      file: `${records}audit-log/refusals.test.ts`,
      title: 'a flood without a session hides no refusal of a signed-in person',
    },
  },
  {
    item: 'F-46',
    file: `${records}alarms/networks.ts`,
    text: ".slice(0, 3).join(':')}::/48`;",
    replacement: ".slice(0, 4).join(':')}::/48`;",
    test: { file: `${records}alarms/networks.test.ts`, title: ' belongs to ' },
  },
  {
    item: 'F-47',
    file: `${records}audit-log/append.ts`,
    text: "if (row.type !== 'event') await assertLeased(tx, row.type === 'intent' ? clock.now() : null);",
    replacement: "if (row.type === 'outcome') await assertLeased(tx, null);",
    test: {
      file: `${bff}features/reconcile/leases.integration.test.ts`,
      title: 'a request that lost its lock before the intent says busy',
    },
  },
  {
    item: 'F-48',
    file: `${records}audit-log/history/shown-rows.ts`,
    text: "const isPart = (row: Row): boolean => row.outcome === 'success' && (",
    replacement: 'const isPart = (row: Row): boolean => (',
    test: { file: `${bff}features/helpdesk/audit-log/audit-log.integration.test.ts`, title: '' },
  },
  {
    item: 'F-51',
    file: `${identity}sessions/revocations.ts`,
    text: 'if (signIn.begun < revocation.at || signIn.at + FRACTION_MS <= revocation.at)',
    replacement: 'if (signIn.at + FRACTION_MS <= revocation.at)',
    test: { file: `${bff}features/sign-in/revocations.integration.test.ts`, title: '' },
  },
  {
    item: 'F-52',
    file: `${identity}step-up/step-ups.ts`,
    text: ".where('sessions.token_hash', '=', session.token_hash),",
    replacement: ',',
    test: {
      file: `${identity}sessions/old-cookie.integration.test.ts`,
      title: 'a step-up belongs to the current cookie',
    },
  },
  {
    item: 'F-53',
    file: `${identity}step-up/require-step-up.ts`,
    text: 'if (!complete || (methods.length === 0 && person.hasFactors)) {',
    replacement: 'if (!complete && methods.length === 0 && person.hasFactors) {',
    test: {
      file: `${identity}step-up/step-ups.integration.test.ts`,
      title: 'is refused where the list is incomplete or cannot be read',
    },
  },
  {
    item: 'F-54',
    file: `${identity}methods/questions.ts`,
    text: "/^[a-z_]{1,60}$/.test(question) && questionText !== ''",
    replacement: "questionText !== ''",
    test: {
      file: `${identity}methods/questions.integration.test.ts`,
      title: 'a failed read is not cached, and unpublished questions are left out',
    },
  },
  {
    item: 'F-55',
    file: `${identity}methods/passkeys.ts`,
    text: 'own.endsWith(`.${name}`)',
    replacement: 'own.endsWith(name)',
    test: { file: `${identity}methods/passkeys.test.ts`, title: 'keys of ' },
  },
  {
    item: 'F-56',
    file: `${identity}step-up/acr.ts`,
    text: '(rankOf(required) > 0 && rankOf(acr) >= rankOf(required))',
    replacement: 'rankOf(acr) >= rankOf(required)',
    test: { file: `${identity}step-up/at-okta.integration.test.ts`, title: '' },
  },
  {
    item: 'F-57',
    file: `${identity}users/users.ts`,
    text: "if (user.id !== userId) throw new ApiError('not_found');",
    replacement: '',
    test: {
      file: `${bff}features/helpdesk/access/other-names.integration.test.ts`,
      title: 'names nobody, though Okta finds the user by it',
    },
  },
  {
    item: 'F-58',
    file: `${identity}users/addresses.ts`,
    text: ".where('since', '<=', before)",
    replacement: ".where('since', '<=', clock.now())",
    test: {
      file: `${identity}users/addresses.integration.test.ts`,
      title: 'the recovery code is not sent to an address set yesterday',
    },
  },
  {
    item: 'F-59',
    file: `${identity}sessions/sessions.ts`,
    text: 'if (gone) await record();',
    replacement: 'if (!gone) await record();',
    test: { file: `${identity}sessions/sessions.integration.test.ts`, title: 'ends the session here and redirects' },
  },
  {
    item: 'F-61',
    file: `${http}arrival.ts`,
    text: "const activity = !forged && (policy?.activity ?? kind === 'page');",
    replacement: "const activity = policy?.activity ?? kind === 'page';",
    test: { file: `${http}arrival.integration.test.ts`, title: 'a forged request does not extend the session' },
  },
  {
    item: 'F-62',
    file: `${http}admit.ts`,
    text: "const active = activity && request.headers[ours.poll] !== '1';",
    replacement: 'const active = activity;',
    test: {
      file: `${identity}sessions/sessions.integration.test.ts`,
      title: 'while any reading endpoint repeats: polling is no activity',
    },
  },
  {
    item: 'F-63',
    file: `${http}pages/security-headers.ts`,
    text: '...(options.hsts && {',
    replacement: '...(!options.development && {',
    test: { file: `${http}pages/headers.integration.test.ts`, title: 'it sends no HSTS' },
  },
  {
    item: 'F-64',
    file: `${http}endpoints/note-refusal.ts`,
    text: "refusals.has(code) || (isForHelpdesk(policy) && code === 'not_found');",
    replacement: 'refusals.has(code) || (isForHelpdesk(policy) && code === null);',
    test: {
      file: `${bff}features/helpdesk/search/people.integration.test.ts`,
      title: 'answers the same for an unknown person',
    },
  },
  {
    item: 'F-65',
    file: `${http}repeats.ts`,
    text: "if (row && row.request_hash !== requestOf(request)) throw new ApiError('conflict');",
    replacement: '',
    test: {
      file: `${http}endpoints/repeated-changes.integration.test.ts`,
      title: 'but for something else is refused, and the key of another person is another key',
    },
  },
  {
    item: 'F-66',
    file: `${http}cookies.ts`,
    text: 'void reply.clearCookie(freezeName, options);',
    replacement: '',
    test: {
      file: `${bff}features/helpdesk/freezes/freezes.integration.test.ts`,
      title: 'says since when changes are frozen as long as its freeze holds, and once for each press',
    },
  },
  {
    item: 'F-67',
    file: `${http}pages/well-known.ts`,
    text: "if ((await passkeys.rpId()) !== hostname) throw new ApiError('not_found');",
    replacement: "if ((await passkeys.rpId()) === null) throw new ApiError('not_found');",
    test: {
      file: `${http}pages/well-known.integration.test.ts`,
      title: 'answers where this host is the relying party',
    },
  },
  {
    item: 'F-68',
    file: `${http}error-answers.ts`,
    text: 'if (shaped.details.retryAt) {',
    replacement: 'if (shaped.details.retryAt && shaped.status >= 500) {',
    test: { file: `${http}limit.integration.test.ts`, title: 'more than its limit in a minute gets busy' },
  },
  {
    item: 'F-69',
    file: `${http}pages/routes.ts`,
    text: "asked.delete('person');",
    replacement: '',
    test: {
      file: `${bff}features/helpdesk/search/people.integration.test.ts`,
      title: 'another site’s link leaves no row in the agent’s name',
    },
  },
];
