import type { DeskEndpointName } from '#contract/helpdesk.ts';
import type { Operation } from '#bff/helpdesk/policy.ts';
import type { Portal } from '#testing/portal.ts';
import type { Reply, Visitor } from '#testing/visitor.ts';

/** One person on a walk over the policy. */
export type Walker = { login: string; id: string };

/** How an operation is tried through HTTP. */
export type Probe = {
  endpoint: DeskEndpointName;
  ask(about: { portal: Portal; who: Visitor; actor: Walker; target: Walker }): Promise<Reply>;
  /** Whether the answer shows that the policy let it through: done, or refused for what comes after. */
  passed(reply: Reply, target: Walker): boolean;
};

const codeOf = ({ body }: Reply): string | undefined => (body as { error?: { code: string } } | undefined)?.error?.code;
const ruleOf = ({ body }: Reply): string | undefined => (body as { error?: { rule?: string } } | undefined)?.error?.rule;

/** One for each operation; null where its endpoint is not built yet. A new operation without a row here does not compile. */
export const probes: Record<Operation, Probe | null> = {
  search: {
    endpoint: 'searchPeople',
    ask: ({ who, target }) => who.call('searchPeople', {}, { query: { q: target.login } }),
    passed: ({ status, body }, { id }) => status === 200 && (body as { people: { id: string }[] }).people.some((one) => one.id === id),
  },
  view: {
    endpoint: 'getPerson',
    ask: ({ who, target }) => who.call('getPerson', { userId: target.id }),
    passed: ({ status }) => status === 200,
  },
  challenge: {
    endpoint: 'beginCallerProof',
    ask: ({ who, target }) => who.call('beginCallerProof', { userId: target.id }, { body: { way: 'own-session', factorIds: 'all' } }),
    passed: (reply) => reply.status === 201 || (codeOf(reply) === 'out_of_policy' && ruleOf(reply) === 'nothing_to_answer_with'),
  },
  resetOne: null,
  resetAll: null,
  approve: null,
  handOver: null,
  unfreeze: null,
};
