import { type ReactElement, useState } from 'react';
import { Link } from 'react-router';
import type { ErrorDetails, ProofWay } from '#contract/errors.ts';
import { ApiError } from '#contract/errors.ts';
import type { VerificationType, Strength } from '#contract/kinds.ts';
import { Check } from '../checks/check.tsx';
import { markResume } from '../client/resume.ts';
import { faceOf } from '../factors/registry.ts';
import { useWords, type WordsId } from '../words/words.tsx';
import { Act } from './act.tsx';
import { useAnnounce } from './announce.tsx';
import { backTo } from './closing.ts';
import { Chevron, RowBody } from './row.tsx';

const useBy: Record<VerificationType, WordsId> = {
  code: 'use.code',
  'sent-code': 'use.sent',
  answer: 'use.answer',
  push: 'use.push',
  key: 'use.touch',
};

/** What a proof is for, how strong it must be (0: a fresh sign-in will do), and how it can be given. */
export type ProofNeed = { purpose: string; strength: number; ways: readonly OfferedWay[] };
type OwnWay = Extract<ProofWay, { way: 'factor' }>;
/** `verificationType` is null where it is not known yet; it is asked for when the way is chosen. */
export type OfferedWay =
  | Exclude<ProofWay, OwnWay>
  | (Omit<OwnWay, 'verificationType'> & { verificationType: OwnWay['verificationType'] | null });

/** What is needed, if `error` asks for a proof. */
export const needOf = (error: unknown): ProofNeed | undefined =>
  error instanceof ApiError && error.code === 'proof_required' ? needFrom(error.details) : undefined;

const needFrom = ({ purpose = '', strength = 0, ways = [] }: ErrorDetails): ProofNeed => ({ purpose, strength, ways });

/**
 * The ways to prove who one is, strongest first, each used in place; signing in at Okta again leads back to this page.
 */
export function ProvePanel({
  need,
  here,
  resume,
  preset,
  onProved,
}: {
  need: ProofNeed;
  /** Path and query of the page to come back to. */
  here: string;
  /** The act to go on with after the way to Okta. */
  resume?: string;
  /** The method chosen before the script was there. */
  preset?: string | undefined;
  onProved: () => void;
}): ReactElement {
  const t = useWords();
  const announce = useAnnounce();
  const [chosen, setChosen] = useState(preset);
  const own = need.ways.filter((way) => way.way === 'factor').toSorted((one, other) => other.strength - one.strength);
  const okta = need.ways.find((way) => way.way === 'okta');
  const byHand = new URLSearchParams({ purpose: need.purpose, returnTo: here });
  return (
    <>
      <ul className="rows">
        {own.map((way, index) => {
          const face = faceOf(way.kind);
          const open = chosen === way.factorId;
          // One method that can be used in two ways has two rows, which only that tells apart.
          const namesakes = own.filter((other) => other !== way && other.name === way.name);
          const twin = namesakes.some(({ detail }) => detail === way.detail);
          const about = twin && way.verificationType ? t(useBy[way.verificationType]) : (way.detail ?? t(face.use));
          return (
            <li key={way.factorId}>
              <div className="row">
                <RowBody
                  icon={face.icon}
                  name={way.name}
                  strength={way.strength as Strength}
                  end={
                    <Act
                      look={`button row-act${index === 0 && !open ? ' main' : ''}`}
                      href={`/prove?${byHand}&way=${way.factorId}`}
                      expanded={open}
                      onPress={() => setChosen(open ? undefined : way.factorId)}
                    >
                      <span className="row-act-word">{t('prove.use')}</span>
                      <span className="unseen">
                        {' '}
                        {way.name}
                        {namesakes.length > 0 && `: ${about}`}
                      </span>
                      <Chevron />
                    </Act>
                  }
                >
                  {about === way.detail ? <span className="as-is">{about}</span> : about}
                </RowBody>
              </div>
              {open && (
                <div className="row-more">
                  <Check
                    key={way.factorId}
                    take
                    verificationType={way.verificationType}
                    factorId={way.factorId}
                    kind={way.kind}
                    name={way.name}
                    detail={way.detail}
                    purpose={need.purpose}
                    submit="prove.confirm"
                    onRight={() => {
                      announce(t('prove.proved'));
                      onProved();
                    }}
                    onElse={() => setChosen(undefined)}
                  />
                </div>
              )}
            </li>
          );
        })}
        {okta && (
          <li>
            <a
              className="row"
              href={backTo(okta.href, here)}
              onClick={() => resume !== undefined && markResume(resume)}
            >
              <RowBody
                icon="enter"
                name={t('prove.okta')}
                end={
                  <>
                    <span className={own.length === 0 ? 'button main wide' : 'button wide'}>{t('prove.okta_go')}</span>
                    <Chevron />
                  </>
                }
              >
                {t(need.strength === 0 ? 'prove.okta_fresh' : 'prove.okta_about')}
              </RowBody>
            </a>
          </li>
        )}
      </ul>
      <p>
        <Link className="quiet" to="/cant-prove">
          {t('prove.cant')}
        </Link>
      </p>
    </>
  );
}
