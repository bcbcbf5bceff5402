import { freeText } from '#contract/audit-log/audit-reasons.ts';
import { defaultLocale } from '#contract/locale/locales.ts';
import { printPurpose } from '#contract/purposes.ts';
import { ApiError } from '#contract/errors.ts';
import { allInTransaction, type AuditLog } from '../../../records/audit-log/audit-log.ts';
import type { FreezeLinks } from '../../../records/notifications/enqueue.ts';
import { maskAddress } from '../../../platform/kinds/mask.ts';
import { change } from '../../../http/policies.ts';
import type { Outbox } from '../../../records/notifications/outbox.ts';
import { supportLine } from '../../../records/notifications/support-line.ts';
import { templatesOf } from '../../../records/notifications/templates/templates.ts';
import type { StepUps } from '../../../identity/step-up/step-ups.ts';
import { HOUR_MS } from '../../../records/audit-log/counts.ts';
import type { Clock } from '#clock';
import type { Settings } from '#contract/endpoints.ts';
import type { HelpdeskContext, HelpdeskRows } from '../access/authorize-operation.ts';
import { consumeOwnStepUp } from '../access/consume-own-step-up.ts';
import { assertFewer } from '../access/counted-limit.ts';
import { personInPath } from '../access/subjects.ts';
import { assertNoneFrozen } from '../../../identity/users/assert-none-frozen.ts';
import { assertNotFrozen } from '../access/assert-not-frozen.ts';
import { channelsOf } from '../reset-model/reset.ts';
import { lockPeople } from '../../../platform/store/change-store.ts';
import type { AttackSigns } from './attack-signs.ts';

/** Each report makes resets of a person need an approver for a day. */
const REPORTS_PER_HOUR = 10;

type Needs = Parameters<typeof assertNotFrozen>[0] & {
  helpdeskServices: { attackSigns: AttackSigns };
  freezeLinks: FreezeLinks;
  auditLog: AuditLog;
  outbox: Outbox;
  stepUps: StepUps;
  settings: Settings;
  clock: Clock;
};

const none = () => ApiError.withRule('conflict', 'no_attack_signs');

/**
 * The endpoints about signs of attack. An agent reports an odd call, which is a sign of attack. An approver ends a
 * person's signs of attack: otherwise an attacker could keep the helpdesk away.
 */
export const attackSignRows = {
  reportCall: {
    ...change('helpdesk.call.report', { who: 'staff' }),
    subject: personInPath,
    operations: () => ['report'],
    async handler(context: HelpdeskContext<'reportCall'>, { helpdeskServices, auditLog, clock }: Needs) {
      const { session, actor, body, authorized } = context;
      const { person } = authorized.target;
      const about = { event: 'helpdesk.call.report', subject: person.id } as const;
      const by = { id: session.user_id, name: session.name };
      await auditLog.event(
        actor,
        about,
        { outcome: 'success', reason: freeText(body.signs.join(', ')) },
        async (tx) => {
          await lockPeople(tx, session.user_id, person.id);
          await assertNoneFrozen(tx, [session.user_id]);
          await assertFewer(tx, clock.now(), 'reports_agent', 'report_by', by.id, REPORTS_PER_HOUR, HOUR_MS);
          await helpdeskServices.attackSigns.record(tx, person.id, 'reported', by, body.signs);
        },
      );
      return { attackSigns: await helpdeskServices.attackSigns.of(person.id) };
    },
  },

  endAttackSigns: {
    ...change('helpdesk.attack_signs.end', { who: 'approver' }),
    subject: personInPath,
    operations: () => ['endAttackSigns'],
    async handler(context: HelpdeskContext<'endAttackSigns'>, services: Needs) {
      const { helpdeskServices, auditLog, outbox, settings, clock, freezeLinks } = services;
      const { attackSigns } = helpdeskServices;
      const { session, actor, body, authorized } = context;
      const { person } = authorized.target;
      // A freeze is a sign of attack too. The unfreeze comes first, and needs an approver because of it.
      await assertNotFrozen(services, person.id);
      if ((await attackSigns.of(person.id)).length === 0) throw none();
      const addresses = channelsOf(person.addresses, (await authorized.securityMethods()).methods);
      await consumeOwnStepUp(services, context, printPurpose({ name: 'attack-signs', userId: person.id }));
      const about = { event: 'helpdesk.attack_signs.end', subject: person.id } as const;
      const ended = await auditLog.event(
        actor,
        about,
        { outcome: 'success', reason: freeText(body.reason) },
        async (tx) => {
          await assertNoneFrozen(tx, [session.user_id, person.id]);
          if (!(await attackSigns.end(tx, person.id, session.user_id))) return false;
          const about = {
            name: person.name,
            at: clock.now(),
            orgName: settings.orgName,
            support: supportLine(settings),
            approver: session.name,
          };
          const link = await freezeLinks.make(person, tx);
          const others = addresses.filter((address) => !link?.addresses.includes(address));
          const textOf = (freezeUrl: string | null) =>
            templatesOf(person.locale ?? defaultLocale).attackSignsEnded({ ...about, freezeUrl });
          return allInTransaction(
            link ? outbox.enqueue({ addresses: [...link.addresses], ...textOf(link.url) }) : undefined,
            outbox.enqueue({ addresses: others, ...textOf(null) }),
          )(tx);
        },
      );
      if (!ended) throw none();
      void outbox.flush();
      return { notified: addresses.map(maskAddress) };
    },
  },
} satisfies HelpdeskRows<'reportCall' | 'endAttackSigns'>;
