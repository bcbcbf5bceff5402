import { useQueryClient } from '@tanstack/react-query';
import { type ReactElement, useEffect, useEffectEvent, useState } from 'react';
import { addresses, type Factor } from '#contract/endpoints.ts';
import { MOST_REMOVALS } from '#contract/purposes.ts';
import { homeQueries } from '../../../api/queries.ts';
import { invalidateData } from '../../../api/query-client.ts';
import { useSingleMutation } from '../../../api/use-single-mutation.ts';
import { FactorSummary } from '../../../components/factor/factor-summary.tsx';
import { getFactorUi } from '../../../components/factor/factor-ui.ts';
import { MethodSentence, useMethodWords } from '../../../components/factor/method-sentence.tsx';
import { useMethodName } from '../../../components/factor/method-name.ts';
import { Failure } from '../../../components/failure/failure.tsx';
import { useAnnounce } from '../../../components/ui/announcer.tsx';
import { Button } from '../../../components/ui/button.tsx';
import { takeFocus } from '../../../components/ui/heading.tsx';
import { useHydrated } from '../../../components/ui/hydrated.ts';
import { RowBody } from '../../../components/ui/row.tsx';
import { takeInterruptedAction } from '../../../flows/step-up/interrupted-action.ts';
import { StepUpPanel } from '../../../flows/step-up/step-up-panel.tsx';
import { useStepUp } from '../../../flows/step-up/use-step-up.ts';
import { useTranslate } from '../../../i18n/translate.tsx';
import { removeInTurn } from './remove-in-turn.ts';
import css from './remove-several.module.css';

type Result = { factor: Factor; error: unknown };

/** After one step-up, removes the selected methods. At first all are selected. */
export function RemoveSeveral({ factors }: { factors: readonly Factor[] }): ReactElement {
  const t = useTranslate();
  const [kept, setKept] = useState<readonly string[]>([]);
  const { results, removing, remove } = useRemovals();
  const { requirement, failure } = useStepUp(removing);
  const chosen = factors.filter(({ id }) => !kept.includes(id)).slice(0, MOST_REMOVALS);
  const onReturn = useEffectEvent(() => {
    const named = takeInterruptedAction({ prefix: 'remove:' });
    if (named === null) return;
    const isNamed = ({ id }: Factor): boolean => named.includes(id);
    setKept(factors.filter((factor) => !isNamed(factor)).map(({ id }) => id));
    if (factors.some(isNamed)) remove(factors.filter(isNamed));
  });
  useEffect(() => onReturn(), []);
  const toggle = (id: string): void => {
    removing.reset();
    setKept(kept.includes(id) ? kept.filter((one) => one !== id) : [...kept, id]);
  };
  return (
    <>
      {results.length > 0 && <Results results={results} />}
      {factors.length > 0 && <Boxes factors={factors} chosen={chosen} busy={removing.isPending} onToggle={toggle} />}
      {requirement ? (
        <StepUpPanel
          key={requirement.purpose}
          focusOnMount
          heading={{ is: 'h3', text: 'step-up.first' }}
          requirement={requirement}
          here={addresses.stolenPhone}
          resumeAction={requirement.purpose}
          onStepUp={() => remove(chosen)}
        />
      ) : (
        chosen.length > 0 && (
          <p className="actions">
            <Button busy={removing.isPending} onClick={() => remove(chosen)}>
              {t(removing.isPending ? 'stolen-phone.removing' : 'stolen-phone.remove', { count: chosen.length })}
            </Button>
          </p>
        )
      )}
      <Failure error={failure} />
    </>
  );
}

function useRemovals() {
  const t = useTranslate();
  const getWords = useMethodWords();
  const announce = useAnnounce();
  const client = useQueryClient();
  const [results, setResults] = useState<readonly Result[]>([]);
  const removing = useSingleMutation({
    mutationFn: async (chosen: readonly Factor[]) => {
      setResults((before) => before.filter(({ error }) => error === null));
      await removeInTurn(chosen, (factor, error) => {
        setResults((before) => [...before, { factor, error }]);
        if (error !== null) return;
        announce(t('remove.done', getWords(factor)));
        // The page must not show a removed method, even if the next fetch fails.
        client.setQueryData(
          homeQueries.page().queryKey,
          (home) => home && { ...home, factors: home.factors.filter(({ id }) => id !== factor.id) },
        );
        invalidateData(client, 'none');
      });
    },
  });
  return { results, removing, remove: removing.mutate };
}

function Boxes({
  factors,
  chosen,
  busy,
  onToggle,
}: {
  factors: readonly Factor[];
  chosen: readonly Factor[];
  busy: boolean;
  onToggle: (id: string) => void;
}): ReactElement {
  const t = useTranslate();
  const getName = useMethodName();
  const hydrated = useHydrated();
  return (
    <>
      <p>{t('stolen-phone.remove_about', { count: factors.length })}</p>
      <ul className={`rows ${css.boxes}`}>
        {factors.map((factor) => (
          <li key={factor.id}>
            <label className="row">
              <RowBody icon={getFactorUi(factor.kind).icon} name={getName(factor)}>
                <FactorSummary factor={factor} />
              </RowBody>
              <input
                type="checkbox"
                disabled={!hydrated || busy}
                checked={chosen.includes(factor)}
                onChange={() => onToggle(factor.id)}
              />
            </label>
          </li>
        ))}
      </ul>
    </>
  );
}

function Results({ results }: { results: readonly Result[] }): ReactElement {
  const getName = useMethodName();
  const isAll = results.every(({ error }) => error === null);
  return (
    <div className={`note ${isAll ? 'good' : 'caution'} ${css.results}`} ref={takeFocus} tabIndex={-1}>
      {results.map(({ factor, error }) =>
        error === null ? (
          <p key={factor.id}>
            <MethodSentence id="remove.done" factor={factor} />
          </p>
        ) : (
          <div key={factor.id}>
            <p className="strong">
              {getName(factor)} <span className="as-is">{factor.detail}</span>
            </p>
            <Failure error={error} />
          </div>
        ),
      )}
    </div>
  );
}
