import { useMutation, useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { type ReactElement, useEffect, useState } from 'react';
import askedWords from 'virtual:words/en/asked';
import type { DeskRequest } from '#contract/helpdesk.ts';
import { requestDesk } from '../../client/request-desk.ts';
import { inFours } from '../../helpdesk/in-fours.ts';
import { askedQueries } from '../../helpdesk/queries.ts';
import { Press } from '../../ui/act.tsx';
import { useAnnounce } from '../../ui/announce.tsx';
import { Countdown } from '../../ui/countdown.tsx';
import { Failure } from '../../ui/failure.tsx';
import { Heading } from '../../ui/heading.tsx';
import { needOf, ProvePanel } from '../../ui/prove-panel.tsx';
import { When } from '../../ui/when.tsx';
import { inOneBreath } from '../../words/dates.ts';
import { addWords, Say, useWords } from '../../words/words.tsx';

addWords(askedWords);

export const queries = () => [askedQueries.list()];

/** How often we look for a question while the page is open: the person has the desk on the phone. In milliseconds. */
const pause = 5_000;

/** What the helpdesk is about to do with this person's methods, and whether they called. */
export default function AskedPage(): ReactElement {
  const t = useWords();
  const { data } = useSuspenseQuery(askedQueries.list());
  useQuery({ ...askedQueries.watched(), refetchInterval: pause });
  /** Answered here: it is asked no more, and its code stays until it ends. */
  const [answered, setAnswered] = useState<{ request: DeskRequest; code: string; expiresAt: string }>();
  const [refused, setRefused] = useState(false);
  const [first] = data.requests;
  if (answered)
    return (
      <Spoken
        key={answered.code}
        agent={answered.request.agent}
        code={answered.code}
        expiresAt={answered.expiresAt}
        onEnd={() => setAnswered(undefined)}
      />
    );
  if (refused)
    return (
      <Heading key="refused" back="list" arrive lead={t('asked.no_lead')}>
        {t('asked.no')}
      </Heading>
    );
  if (!first)
    return (
      <Heading key="none" back="list" lead={t('asked.none_lead')}>
        {t('asked.none')}
      </Heading>
    );
  return (
    <Question
      key={first.id}
      request={first}
      onYes={(code, expiresAt) => setAnswered({ request: first, code, expiresAt })}
      onNo={() => setRefused(true)}
    />
  );
}

function Question({
  request: { id, agent, methods, all, at },
  onYes,
  onNo,
}: {
  request: DeskRequest;
  onYes: (code: string, expiresAt: string) => void;
  onNo: () => void;
}): ReactElement {
  const t = useWords();
  const [asked, setAsked] = useState<'yes' | 'no'>();
  const { mutate, ...answering } = useMutation({
    // Returns nothing: the code enters no cache.
    mutationFn: async (answer: 'yes' | 'no') => {
      const said = await requestDesk('answerDeskRequest', { params: { id }, body: { answer } });
      if (said.code !== null && said.expiresAt !== null) onYes(said.code, said.expiresAt);
      else onNo();
    },
    onMutate: setAsked,
  });
  const need = needOf(answering.error);
  return (
    <>
      <Heading back="list" lead={<Say id="asked.lead" values={{ agent, when: <When iso={at} /> }} />}>
        {t('asked.heading')}
      </Heading>
      <div className="stack">
        <div className="panel">
          <p className="note-head">{t(all ? 'asked.all' : 'asked.these', { agent, names: inOneBreath(methods) })}</p>
          <p className="fine">{t('asked.what_then')}</p>
        </div>
        <div className="note caution">
          <p className="note-head">{t('asked.hang_up')}</p>
          <p>{t('asked.hang_up_about')}</p>
        </div>
        {need && asked ? (
          <section>
            <h2>{t('prove.first')}</h2>
            <ProvePanel need={need} here="/desk-requests" onProved={() => mutate(asked)} />
          </section>
        ) : (
          <div className="acts">
            <Press look="button main" busy={answering.isPending} onPress={() => mutate('yes')}>
              {t('asked.yes')}
            </Press>
            <Press busy={answering.isPending} onPress={() => mutate('no')}>
              {t('asked.say_no')}
            </Press>
          </div>
        )}
        {!need && <Failure error={answering.error} />}
      </div>
    </>
  );
}

/** The code to speak, for as long as it is worth something. */
function Spoken({
  agent,
  code,
  expiresAt,
  onEnd,
}: {
  agent: string;
  code: string;
  expiresAt: string;
  onEnd: () => void;
}): ReactElement {
  const t = useWords();
  const announce = useAnnounce();
  useEffect(() => announce(t('asked.code_announce', { code: [...code].join(' ') })), [announce, code, t]);
  return (
    <>
      <Heading back="list" arrive lead={t('asked.code_lead', { agent })}>
        {t('asked.code')}
      </Heading>
      <div className="stack">
        <p className="spoken" translate="no">
          {inFours(code)}
        </p>
        <p>{t('asked.code_only')}</p>
        <p className="fine">
          <Say id="asked.code_left" values={{ left: <Countdown until={expiresAt} onEnd={onEnd} /> }} />
        </p>
      </div>
    </>
  );
}
