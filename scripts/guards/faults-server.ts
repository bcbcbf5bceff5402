import type { Plant } from './plant.ts';

const bff = 'src/bff/';
const platform = `${bff}platform/`;
const records = `${bff}records/`;
const identity = `${bff}identity/`;
const http = `${bff}http/`;

/** Platform, records, identity and http. */
export const server: Plant[] = [
  {
    item: 'F-16',
    file: `${platform}store/lock.ts`,
    text: ".where('fence', '=', fence)",
    replacement: '',
    test: { file: `${platform}store/lock.test.ts`, title: 'one that lost it cannot write any more' },
  },
  {
    item: 'F-17',
    file: `${platform}store/consumed-tokens.ts`,
    text: "        .where('consumed_tokens.request_hash', '=', request_hash)\n",
    replacement: '',
    test: { file: `${bff}features/sign-in/logout.integration.test.ts`, title: 'and for the same person only' },
  },
  {
    item: 'F-18',
    file: `${platform}metrics/listener.ts`,
    text: 'if (token === null && isLoopback(host) && !isLoopback(nameIn(headers.host))) return void say(403);',
    replacement: '',
    test: { file: `${platform}metrics/metrics.system.test.ts`, title: 'no page reads it under a name of its own' },
  },
  {
    item: 'F-19',
    file: `${platform}cache/fresh-cache.ts`,
    text: 'return age >= 0 && age < ms ? kept.answer : undefined;',
    replacement: 'return age < ms ? kept.answer : undefined;',
    test: {
      file: `${platform}cache/fresh-cache.test.ts`,
      title: 'ignores an answer from before the clock was set back',
    },
  },
  {
    item: 'F-20',
    file: `${platform}errors/api-errors.ts`,
    text: "return { outcome: source.acted === 'maybe' ? 'unknown' : 'failure', reason:",
    replacement:
      "return { outcome: source.acted === 'maybe' && source.kind !== 'timeout' ? 'unknown' : 'failure', reason:",
    test: { file: `${http}deadline.integration.test.ts`, title: 'an unknown outcome is reconciled' },
  },
  {
    item: 'F-21',
    file: `${records}notifications/enqueue.ts`,
    text: 'const others = withAddress(person.addresses, former).filter',
    replacement: 'const others = withAddress(person.addresses, null).filter',
    test: { file: `${bff}features/factors/remove.integration.test.ts`, title: 'gets a notification of its removal' },
  },
  {
    item: 'F-22',
    file: `${records}notifications/outbox.ts`,
    text: ".set({ sent_at: clock.now(), body: '' })",
    replacement: '.set({ sent_at: clock.now() })',
    test: { file: `${platform}store/at-rest.integration.test.ts`, title: 'is ever readable in the data folder' },
  },
  {
    item: 'F-23',
    file: `${records}audit-log/close-intent.ts`,
    text: "await tx.deleteFrom('repeats').where('intent', '=', intent).execute();",
    replacement: '',
    test: {
      file: `${http}endpoints/repeated-changes.integration.test.ts`,
      title: 'runs anew when the change did not happen',
    },
  },
  {
    item: 'F-24',
    file: `${records}audit-log/sink/webhook.ts`,
    text: 'if (answer.statusCode < 200 || answer.statusCode > 299)',
    replacement: 'if (answer.statusCode < 200 || answer.statusCode > 399)',
    test: {
      file: `${records}audit-log/sink/webhook.integration.test.ts`,
      title: 'a redirect, an error and another secret are no acknowledgement',
    },
  },
  {
    item: 'F-25',
    file: `${records}audit-log/operation.ts`,
    text: 'if (!found.held) throw',
    replacement: 'if (false) throw',
    test: {
      file: `${bff}features/reconcile/leases.integration.test.ts`,
      title: 'a request that lost its lock before the intent says busy',
    },
  },
  {
    item: 'F-26',
    file: `${identity}step-up/step-ups.ts`,
    text: ".where('sessions.token_hash', '=', session.token_hash),",
    replacement: ',',
    test: {
      file: `${identity}sessions/old-cookie.integration.test.ts`,
      title: 'a step-up belongs to the current cookie',
    },
  },
  {
    item: 'F-27',
    file: `${identity}step-up/require-step-up.ts`,
    text: 'if (!complete || (methods.length === 0 && person.hasFactors)) {',
    replacement: 'if (!complete && methods.length === 0 && person.hasFactors) {',
    test: {
      file: `${identity}step-up/step-ups.integration.test.ts`,
      title: 'is refused where the list is incomplete or cannot be read',
    },
  },
  {
    item: 'F-28',
    file: `${identity}users/users.ts`,
    text: "if (user.id !== userId) throw new ApiError('not_found');",
    replacement: '',
    test: {
      file: `${bff}features/helpdesk/access/other-names.integration.test.ts`,
      title: 'names nobody, though Okta finds the user by it',
    },
  },
  {
    item: 'F-29',
    file: `${identity}users/addresses.ts`,
    text: ".where('since', '<=', before)",
    replacement: ".where('since', '<=', clock.now())",
    test: {
      file: `${identity}users/addresses.integration.test.ts`,
      title: 'the recovery code is not sent to an address set yesterday',
    },
  },
  {
    item: 'F-30',
    file: `${identity}sessions/sessions.ts`,
    text: 'if (gone) await record();',
    replacement: 'if (!gone) await record();',
    test: { file: `${identity}sessions/sessions.integration.test.ts`, title: 'works without a session, and twice' },
  },
  {
    item: 'F-31',
    file: `${http}arrival.ts`,
    text: "const activity = !forged && (policy?.activity ?? kind === 'page');",
    replacement: "const activity = policy?.activity ?? kind === 'page';",
    test: { file: `${http}arrival.integration.test.ts`, title: 'a forged request does not extend the session' },
  },
  {
    item: 'F-32',
    file: `${http}admit.ts`,
    text: "const active = activity && request.headers[ours.poll] !== '1';",
    replacement: 'const active = activity;',
    test: {
      file: `${identity}sessions/sessions.integration.test.ts`,
      title: 'while any reading endpoint repeats: polling is no activity',
    },
  },
  {
    item: 'F-33',
    file: `${http}pages/security-headers.ts`,
    text: '...(options.hsts && {',
    replacement: '...(!options.development && {',
    test: { file: `${http}pages/headers.integration.test.ts`, title: 'it sends no HSTS' },
  },
  {
    item: 'F-34',
    file: `${http}repeats.ts`,
    text: "if (row && row.request_hash !== hashRequest(request)) throw new ApiError('conflict');",
    replacement: '',
    test: {
      file: `${http}endpoints/repeated-changes.integration.test.ts`,
      title: 'but for something else is refused, and the key of another person is another key',
    },
  },
  {
    item: 'F-35',
    file: `${http}pages/routes.ts`,
    text: 'if (formResult) void cookies.clearFormResult(reply);',
    replacement: '',
    test: {
      file: `${bff}features/helpdesk/freezes/freezes.integration.test.ts`,
      title: 'says since when changes are frozen as long as its freeze holds, and once for each press',
    },
  },
  // With the replacement, a replaced method whose new method was refused is shown as done.
  {
    item: 'F-73',
    file: `${records}audit-log/history/shown-rows.ts`,
    text: "const isPart = (row: Row): boolean => row.outcome === 'success' && (",
    replacement: 'const isPart = (row: Row): boolean => (',
    test: {
      file: `${bff}features/factors/new-phone/replace-app.integration.test.ts`,
      title: 'left with the QR code on the screen',
    },
  },
  // With the replacement, a person who left a new key unfinished reads for ten minutes that another tab can finish it.
  {
    item: 'F-77',
    file: `${identity}step-up/step-ups.ts`,
    text: ".where('how', '!=', 'create')",
    replacement: '',
    test: {
      file: `${identity}methods/passkeys.integration.test.ts`,
      title: 'begun again at once, with no word of another tab',
    },
  },
];
