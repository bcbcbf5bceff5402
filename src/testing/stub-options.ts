import { setTimeout } from 'node:timers/promises';
import type { FastifyBaseLogger } from 'fastify';
import pino from 'pino';
import type { AppOptions } from '#bff/app.ts';
import { readConfig } from '#bff/config/config.ts';
import { socketLimits } from '#bff/http/sockets.ts';
import { drainLimits } from '#bff/platform/lifecycle/drain.ts';
import { createOutages } from '#bff/platform/lifecycle/outages.ts';
import { noObserver, type Observer } from '#bff/platform/metrics/observer.ts';
import { makeAuditKey } from '#bff/records/audit-log/kept-key.ts';
import { readAuditKeys } from '#bff/records/audit-log/keys.ts';
import type { Clock } from '#clock';
import type { OktaClient } from '#okta/client.ts';

const absent = (): never =>
  new Proxy(() => {}, {
    get: (_target, name) => (name === 'then' ? undefined : absent()),
    apply: () => Promise.reject(new Error('there is no org in this test')),
  }) as never;

const silent = pino({ level: 'silent' }, { write() {} });

export const createMonitoring = (
  clock: Clock,
  logger: FastifyBaseLogger = silent,
  observer: Observer = noObserver,
): AppOptions['monitoring'] => ({ logger, outages: createOutages(logger, clock), observer });

const { portal } = readConfig({ LANGUAGES: 'en', RATE_LIMITS: 'off', SUPPORT_PHONE: '+1 555 0100' });

/** The app has no helpdesk, no pages and no mail server. Every call to the org rejects. */
export const stubOptions = (clock: Clock): Omit<AppOptions, 'store' | 'sealer'> => ({
  settings: { ...portal, baseUrl: 'http://localhost:4567' },
  simulatorUrl: null,
  helpdesk: null,
  universalLogout: null,
  fingerprint: null,
  clock,
  okta: absent() as OktaClient,
  reconcileGraceMs: 0,
  provider: {
    origin: 'http://localhost:4568',
    waitMs: () => 0,
    begin: absent(),
    finish: absent(),
    signOutUrl: absent(),
  },
  mailer: null,
  audit: { keys: readAuditKeys(makeAuditKey()), sink: null },
  pages: null,
  development: false,
  connections: { sockets: socketLimits, drain: drainLimits },
  monitoring: createMonitoring(clock),
  pause: setTimeout,
});
