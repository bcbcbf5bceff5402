import { useSuspenseQuery } from '@tanstack/react-query';
import { type ReactElement, type SyntheticEvent, useEffect, useId, useRef, useState } from 'react';
import { ApiError } from '#contract/errors.ts';
import { AfterWait, tooSoonUntil } from '../../../verification/sent/after-wait.tsx';
import { factorQueries } from '../../../../api/queries.ts';
import { Button } from '../../../../components/ui/button.tsx';
import { useAnnounce } from '../../../../components/ui/announcer.tsx';
import { SimulatorHint } from '../../../../components/ui/simulator-hint.tsx';
import { Failure } from '../../../../components/failure/failure.tsx';
import { useHydrated } from '../../../../components/ui/hydrated.ts';
import { type MessageId, useTranslate } from '../../../../i18n/translate.tsx';
import type { StartProps } from '../../enrollment/steps.ts';
import { type CountryCode, likelyCountry, readNumber, readSent } from './numbers.ts';
import { PhoneField } from './phone-field.tsx';

type PhoneKind = 'sms' | 'call';
type Wish = { phoneNumber?: string; phoneExtension?: string; updatePhone?: boolean };

/** Which number: the one on file, where there is one, or another that is typed. */
export function PhoneStart({ kind, begin, busy, error, wish }: StartProps & { kind: PhoneKind }): ReactElement {
  const t = useTranslate();
  const { data } = useSuspenseQuery(factorQueries.catalog());
  const onFile = data.factors.find((offered) => offered.kind === kind)?.phones?.[0];
  const start = (asked: Wish): void => begin({ kind, ...asked });
  const before = wish && 'phoneNumber' in wish ? wish : undefined;
  const form = (
    <PhoneForm kind={kind} busy={busy} error={error} before={before} main={onFile === undefined} start={start} />
  );
  return (
    <div className="stack" aria-busy={busy}>
      {onFile === undefined ? (
        form
      ) : (
        <>
          <p>{t('phone.on_file', { phone: onFile })}</p>
          <div className="actions">
            <AfterWait another at={tooSoonUntil(error)} channel={kind}>
              <Button variant="button primary" busy={busy} onClick={() => start({})}>
                {t('phone.use', { kind, phone: onFile })}
              </Button>
            </AfterWait>
          </div>
          {!before && !tooSoonUntil(error) && <Failure error={error} />}
          <details className="disclosure" open={before !== undefined}>
            <summary>{t('phone.another')}</summary>
            {form}
          </details>
        </>
      )}
      <SimulatorHint />
    </div>
  );
}

function PhoneForm({
  kind,
  busy,
  error,
  before,
  main,
  start,
}: {
  kind: PhoneKind;
  busy: boolean;
  error: unknown;
  before: Wish | undefined;
  main: boolean;
  start: (asked: Wish) => void;
}): ReactElement {
  const t = useTranslate();
  const announce = useAnnounce();
  const hydrated = useHydrated();
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const extension = useRef<HTMLInputElement>(null);
  const known = before?.phoneNumber === undefined ? undefined : readSent(before.phoneNumber);
  const [chosen, setChosen] = useState(known?.country);
  const country: CountryCode = chosen ?? likelyCountry(hydrated ? navigator.languages : []);
  const [own, setOwn] = useState<{ id: MessageId }>();
  const code = error instanceof ApiError ? error.code : undefined;
  const problemId = own?.id ?? (code === 'bad_phone' ? 'error.bad_phone' : undefined);
  const problem = problemId && t(problemId);
  const [badExtension, setBadExtension] = useState(false);

  useEffect(() => {
    if (problem === undefined) return;
    field.current?.focus();
    announce(problem);
    // `own` and `error` are new with every miss, also when its words are the same.
  }, [problem, own, error, announce]);

  const read = (): Wish | undefined => {
    const number = readNumber(field.current?.value ?? '', country);
    if (!number) return undefined;
    const typed = extension.current?.value.trim() ?? '';
    return { phoneNumber: number.sent, ...(typed && { phoneExtension: typed }) };
  };
  const send = (event: SyntheticEvent): void => {
    event.preventDefault();
    if (busy) return;
    const wrong = extension.current?.validity.valid === false;
    setBadExtension(wrong);
    if (wrong) extension.current?.focus();
    const asked = read();
    setOwn(asked ? undefined : { id: field.current?.value.trim() ? 'phone.malformed' : 'phone.empty' });
    if (asked && !wrong) start(asked);
  };
  const replace = (): void => {
    const asked = read();
    if (asked) start({ ...asked, updatePhone: true });
  };
  return (
    <form className="entry-form" method="post" noValidate onSubmit={send}>
      <PhoneField
        field={field}
        country={country}
        onCountry={setChosen}
        initial={known?.written}
        problem={problem}
        busy={busy}
      />
      {kind === 'call' && (
        <details className="disclosure" open={before?.phoneExtension !== undefined}>
          <summary>{t('phone.add_extension')}</summary>
          <label htmlFor={`${id}extension`}>{t('phone.extension')}</label>
          <input
            ref={extension}
            id={`${id}extension`}
            className="field short"
            inputMode="tel"
            autoComplete="off"
            pattern="[0-9,*#]{1,15}"
            maxLength={15}
            defaultValue={before?.phoneExtension}
            readOnly={busy}
            aria-invalid={badExtension || undefined}
            aria-describedby={badExtension ? `${id}bad` : undefined}
          />
          {badExtension && (
            <p className="error" id={`${id}bad`} role="alert">
              {t('phone.bad_extension')}
            </p>
          )}
        </details>
      )}
      {code === 'phone_on_file' && (
        <div className="note caution" role="alert">
          <p className="note-head">{t('phone.other_on_file')}</p>
          <p>{t('phone.replace_about')}</p>
          <div className="actions">
            <Button busy={busy} onClick={replace}>
              {t('phone.replace')}
            </Button>
          </div>
        </div>
      )}
      {code !== 'phone_on_file' && code !== 'bad_phone' && !tooSoonUntil(error) && <Failure error={error} />}
      <div className="actions">
        <AfterWait another at={tooSoonUntil(error)} channel={kind}>
          <Button type="submit" variant={main ? 'button primary' : 'button'} busy={busy}>
            {t('phone.send', { kind })}
          </Button>
        </AfterWait>
      </div>
    </form>
  );
}
