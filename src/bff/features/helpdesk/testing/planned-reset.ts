import type { PlannedReset } from '../reset-model/reset.ts';

/** Of all methods of a person. */
export const plannedReset = (id: string, agentId: string, userId: string): PlannedReset => ({
  state: 'planned',
  id,
  by: { userId: agentId, address: '192.0.2.1', agent: 'Firefox', requestId: 'r1', correlationId: 'r1' },
  agent: { id: agentId, name: agentId, login: agentId },
  person: { id: userId, name: userId, login: userId },
  locale: 'en',
  timeZone: null,
  methods: [],
  all: true,
  stays: [],
  reason: 'lost',
  ticket: 'INC-1',
  note: null,
  caller: null,
  codeNeeded: false,
  approvalReasons: ['privileged'],
  notifies: [],
  codeTo: [],
  freeze: null,
  after: [],
  operation: 'reset',
});
