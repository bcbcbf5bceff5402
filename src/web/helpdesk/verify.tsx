import { type ReactElement, type ReactNode, useEffect, useRef, useState } from 'react';
import deskWords from 'virtual:words/en/desk';
import type { CallerProof, DeskPerson } from '#contract/helpdesk.ts';
import type { Strength } from '#contract/kinds.ts';
import { Press } from '../ui/act.tsx';
import { useAnnounce } from '../ui/announce.tsx';
import { Countdown } from '../ui/countdown.tsx';
import { Failure } from '../ui/failure.tsx';
import type { IconName } from '../ui/icon.tsx';
import { RowBody } from '../ui/row.tsx';
import { addWords, Say, useWords, type WordsId } from '../words/words.tsx';
import { CallBack } from './call-back.tsx';
import { chooseId } from './choose.tsx';
import type { Draft } from './draft.ts';
import { verifiedWords } from './means-words.ts';
import { SpokenCode } from './spoken-code.tsx';
import { type Caller, isProven } from './use-caller.ts';

addWords(deskWords);

type Way = DeskPerson['callerWays'][number];
const faces: Record<Way['way'], { icon: IconName; strength: Strength; name: WordsId; about: WordsId; act: WordsId }> = {
  push: { icon: 'bell', strength: 3, name: 'desk.way_push', about: 'desk.way_push_about', act: 'desk.way_push_act' },
  'own-session': {
    icon: 'screen',
    strength: 3,
    name: 'desk.way_own',
    about: 'desk.way_own_about',
    act: 'desk.way_own_act',
  },
  'call-back': {
    icon: 'call',
    strength: 2,
    name: 'desk.way_call',
    about: 'desk.way_call_about',
    act: 'desk.way_call_act',
  },
};

export const verifyId = 'verify';

/** Ways in which the caller shows who they are, the strongest first; each is used in place. */
export function Verify({
  found: { callerWays, person },
  caller,
  draft,
  onDraft,
}: {
  found: DeskPerson;
  caller: Caller;
  draft: Draft;
  onDraft: (change: Partial<Draft>) => void;
}): ReactElement {
  const t = useWords();
  const { proof } = caller;
  /** The way whose further question is open: a call back is attested, not begun. */
  const [open, setOpen] = useState<string>();
  const [unchosen, setUnchosen] = useState(false);
  const [, setOver] = useState(0);
  const keyOf = ({ way, factorId }: Way): string => `${way} ${factorId ?? ''}`;
  const [begun, setBegun] = useState<string>();

  if (proof && isProven(proof))
    return <Proven proof={proof} name={person.name} onEnd={() => setOver((count) => count + 1)} />;

  /** Some way is on its way: then it has the one filled button. */
  const busy = open !== undefined || proof?.status === 'waiting';
  const press = (way: Way): void => {
    setOpen(undefined);
    setUnchosen(false);
    if (way.way === 'call-back') return setOpen(open === keyOf(way) ? undefined : keyOf(way));
    if (way.way === 'own-session' && draft.lost.length === 0) return setUnchosen(true);
    setBegun(keyOf(way));
    onDraft({ unverified: false });
    if (way.way === 'push' && way.factorId) caller.begin({ way: 'push', factorId: way.factorId });
    if (way.way === 'own-session')
      caller.begin({ way: 'own-session', factorIds: draft.lost === 'all' ? 'all' : [...draft.lost] });
    return undefined;
  };
  /** What stands under a way's row. */
  const moreOf = (way: Way): ReactNode => {
    const mine = proof ? proof.way === way.way && (begun === undefined || begun === keyOf(way)) : false;
    const { refused } = caller;
    if (way.way === 'call-back' && open === keyOf(way) && way.factorId)
      return <CallBack factorId={way.factorId} number={way.detail} name={person.name} caller={caller} />;
    if (refused && begun === keyOf(way) && refused.body.way === way.way) return <Failure error={refused.error} />;
    if (way.way === 'own-session' && unchosen)
      return (
        <p className="error" role="alert">
          {t('desk.choose_first')} <a href={`#${chooseId}`}>{t('desk.choose_go')}</a>
        </p>
      );
    return mine && proof && <Standing key={proof.id} proof={proof} caller={caller} name={person.name} />;
  };
  return (
    <div className="verify" id={verifyId} tabIndex={-1}>
      {callerWays.length > 0 && (
        <ul className="rows">
          {callerWays.map((way, index) => {
            const face = faces[way.way];
            const more = moreOf(way);
            const waiting =
              proof?.status === 'waiting' && proof.way === way.way && (begun === undefined || begun === keyOf(way));
            const asking = caller.asking !== undefined && begun === keyOf(way);
            return (
              <li key={keyOf(way)}>
                <div className="row">
                  <RowBody
                    icon={face.icon}
                    name={t(face.name, { name: way.name ?? '' })}
                    strength={face.strength}
                    end={
                      <Press
                        look={index === 0 && !busy && !draft.unverified ? 'button main' : 'button'}
                        busy={asking}
                        {...(way.way === 'call-back' && { expanded: open === keyOf(way) })}
                        onPress={() => press(way)}
                      >
                        {t(waiting ? 'desk.way_again' : face.act)}
                        <span className="unseen"> {t(face.name, { name: way.name ?? '' })}</span>
                      </Press>
                    }
                  >
                    {way.detail ? `${way.detail} · ` : ''}
                    {t(face.about)}
                    {way.needsApproval && <> {t('desk.needs_approver')}</>}
                  </RowBody>
                </div>
                {more && <div className="row-more">{more}</div>}
              </li>
            );
          })}
        </ul>
      )}
      {callerWays.length === 0 && <p className="note caution">{t('desk.no_way')}</p>}
      <label className="tick" htmlFor="unverified">
        <input
          id="unverified"
          type="checkbox"
          checked={draft.unverified}
          onChange={(event) => onDraft({ unverified: event.target.checked })}
        />
        <span className="strong">
          {t(callerWays.length > 0 ? 'desk.unverified' : 'desk.unverified_only')}
          <span className="fine">{t('desk.unverified_about')}</span>
        </span>
      </label>
      <Failure error={caller.trouble} />
    </div>
  );
}

/** Takes the focus from what is gone, and is read. */
function Proven({ proof, name, onEnd }: { proof: CallerProof; name: string; onEnd: () => void }): ReactElement {
  const t = useWords();
  const announce = useAnnounce();
  useEffect(() => announce(t('desk.proven', { name })), [announce, t, name]);
  return (
    <div className="note good" id={verifyId} tabIndex={-1}>
      <p className="note-head">{t('desk.proven', { name })}</p>
      <p>
        {t(verifiedWords[proof.way])}{' '}
        <Say id="desk.proven_lasts" values={{ left: <Countdown until={proof.expiresAt} onEnd={onEnd} /> }} />
        {proof.needsApproval && <> {t('desk.needs_approver')}</>}
      </p>
    </div>
  );
}

/** How a way stands that was begun: what the agent says or asks now, or why it came to nothing. */
function Standing({ proof, caller, name }: { proof: CallerProof; caller: Caller; name: string }): ReactElement | null {
  const t = useWords();
  const announce = useAnnounce();
  const place = useRef<HTMLDivElement>(null);
  const { status, way, number } = proof;
  const ended: WordsId | undefined =
    status === 'denied'
      ? way === 'push'
        ? 'desk.push_denied'
        : 'desk.own_denied'
      : status === 'used'
        ? 'desk.proof_used'
        : status === 'withdrawn'
          ? 'desk.proof_withdrawn'
          : status === 'expired' || status === 'proven'
            ? 'desk.proof_expired'
            : undefined;
  const said = ended ? t(ended, { name }) : number === null ? undefined : t('desk.read_number', { number });
  useEffect(() => {
    if (said) announce(said);
  }, [said, announce]);
  useEffect(() => {
    if (ended) place.current?.focus();
  }, [ended]);
  if (ended)
    return (
      <div className="note caution" ref={place} tabIndex={-1}>
        <p>{t(ended, { name })}</p>
      </div>
    );
  const left = <Countdown until={proof.expiresAt} />;
  if (way === 'push')
    return (
      <div className="stack push" role="group" aria-label={t('desk.way_push', { name: '' })}>
        {number === null ? (
          <p className="strong">{t('desk.push_approve')}</p>
        ) : (
          <div>
            <p className="strong">{t('desk.push_read_out')}</p>
            <p className="push-number" translate="no">
              {number}
            </p>
          </div>
        )}
        <p className="fine">
          <Say id="desk.push_waiting" values={{ left }} />
        </p>
      </div>
    );
  return <SpokenCode proof={proof} caller={caller} name={name} />;
}
