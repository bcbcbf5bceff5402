import { useQuery } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import { addresses, type Factor } from '#contract/endpoints.ts';
import { homeQueries, sessionQueries } from '../../../api/queries.ts';
import { FactorSummary } from '../../../components/factor/factor-summary.tsx';
import { getFactorUi } from '../../../components/factor/factor-ui.ts';
import { useMethodName } from '../../../components/factor/method-name.ts';
import { FormToken } from '../../../components/form-token.tsx';
import { RowBody } from '../../../components/ui/row.tsx';
import { useFreezeDialog } from '../../../flows/freeze/freeze-dialog.tsx';
import { EndOtherSessions } from '../../../flows/session-end/end-other-sessions.tsx';
import { useFormats } from '../../../i18n/format.ts';
import { OktaSettingsLink } from '../../../components/links.tsx';
import { Trans, useTranslate } from '../../../i18n/translate.tsx';
import { Notice } from '../notice.tsx';
import { splitByPhone } from './on-phone.ts';
import { RemoveSeveral } from './remove-several.tsx';

/** If another method is strong enough, also offers to remove the phone's methods. */
export function SignedIn(): ReactElement {
  const t = useTranslate();
  // Undefined while Okta does not answer. The freeze still works then.
  const { data: home } = useQuery(homeQueries.page());
  const phone = home && splitByPhone(home.factors);
  const hasSpare = phone?.hasSpare === true;
  return (
    <>
      <Notice />
      <Freeze canRemove={hasSpare && phone.onPhone.length > 0} />
      {!home && <p className="note caution">{t('stolen-phone.unread')}</p>}
      {hasSpare && <Sessions />}
      {phone && <Methods onPhone={phone.onPhone} unknown={phone.unknown} removable={hasSpare} />}
      {!hasSpare && <Sessions />}
    </>
  );
}

/** Null until the sessions are fetched. */
export function Sessions(): ReactElement | null {
  const t = useTranslate();
  const { data } = useQuery(sessionQueries.list());
  // If there were other sessions when the page opened, the section stays and says that they have ended.
  const [hadOthers] = useState(data?.sessions.some(({ current }) => !current));
  if (!data) return null;
  return (
    <>
      {(hadOthers || data.sessions.some(({ current }) => !current)) && (
        <section className="more scripted">
          <h2>{t('stolen-phone.sessions_heading')}</h2>
          <EndOtherSessions />
        </section>
      )}
      <section className="more">
        <p>
          {t('stolen-phone.okta_about')} <OktaSettingsLink>{t('stolen-phone.okta_go')}</OktaSettingsLink>
        </p>
      </section>
    </>
  );
}

function Methods({
  onPhone,
  unknown,
  removable,
}: {
  onPhone: readonly Factor[];
  unknown: readonly Factor[];
  removable: boolean;
}): ReactElement {
  const t = useTranslate();
  const getName = useMethodName();
  const formats = useFormats();
  const canRemove = removable && onPhone.length > 0;
  return (
    <section className={canRemove ? 'more scripted' : 'more'}>
      <h2>{t(canRemove ? 'stolen-phone.remove_heading' : 'stolen-phone.on_phone_heading')}</h2>
      {!removable && onPhone.length > 0 && <p>{t('stolen-phone.no_spare')}</p>}
      {removable && <RemoveSeveral factors={onPhone} />}
      {onPhone.length === 0 && <p>{t('stolen-phone.none')}</p>}
      {!removable && onPhone.length > 0 && (
        <ul className="rows">
          {onPhone.map((factor) => (
            <li key={factor.id} className="row">
              <RowBody icon={getFactorUi(factor.kind).icon} name={getName(factor)}>
                <FactorSummary factor={factor} />
              </RowBody>
            </li>
          ))}
        </ul>
      )}
      {unknown.length > 0 && (
        <p className="scripted">
          {t('stolen-phone.unknown', { names: formats.list(unknown.map(getName)), count: unknown.length })}
        </p>
      )}
    </section>
  );
}

/** Works without a script. With a script, the page asks for confirmation. */
function Freeze({ canRemove }: { canRemove: boolean }): ReactElement {
  const t = useTranslate();
  const [dialog, ask] = useFreezeDialog();
  return (
    <section className="stack">
      <form
        method="post"
        action={addresses.freezeMyself}
        onSubmit={(event) => {
          event.preventDefault();
          ask({ what: null });
        }}
      >
        <FormToken />
        <input className="button danger" type="submit" value={t('freeze.submit')} />
      </form>
      <p>
        <Trans
          id="stolen-phone.freeze_about"
          values={{ spare: canRemove ? 'yes' : 'no' }}
          elements={[<span key="spare" className="scripted" />]}
        />
      </p>
      {dialog}
    </section>
  );
}
