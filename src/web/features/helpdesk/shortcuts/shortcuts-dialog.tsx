import { type ReactElement, useEffect, useRef, useState } from 'react';
import { Button } from '../../../components/ui/button.tsx';
import { type MessageId, useTranslate } from '../../../i18n/translate.tsx';
import { areShortcutsOn, setShortcuts } from './shortcut-setting.ts';
import css from './shortcuts.module.css';

const everywhere: [key: string, what: MessageId][] = [
  ['?', 'helpdesk-shortcuts.list'],
  ['/', 'helpdesk-shortcuts.search'],
];
const steps: typeof everywhere = [
  ['1', 'helpdesk-shortcuts.lost'],
  ['2', 'helpdesk-shortcuts.why'],
  ['3', 'helpdesk-shortcuts.verify'],
  ['4', 'helpdesk-shortcuts.confirm'],
  ['Enter', 'helpdesk-shortcuts.enter'],
];

/** Lists the shortcuts, and turns the single characters off. */
export default function ShortcutsDialog({
  steps: hasSteps,
  onClose,
}: {
  /** Whether the page has the steps of a reset. */
  steps: boolean;
  onClose: () => void;
}): ReactElement {
  const t = useTranslate();
  const dialog = useRef<HTMLDialogElement>(null);
  const [on, setOn] = useState(areShortcutsOn);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} className={`panel ${css.dialog}`} aria-labelledby="shortcuts" onClose={onClose}>
      <h2 id="shortcuts">{t('helpdesk-shortcuts.heading')}</h2>
      <dl className={css.keys}>
        {[...everywhere, ...(hasSteps ? steps : [])].map(([key, what]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{t(what)}</dd>
          </div>
        ))}
      </dl>
      <label className={css.setting}>
        <input
          type="checkbox"
          checked={on}
          onChange={({ target }) => {
            setShortcuts(target.checked);
            setOn(target.checked);
          }}
        />
        <span>
          {t('helpdesk-shortcuts.on')}
          <span className="fine">{t('helpdesk-shortcuts.on_about')}</span>
        </span>
      </label>
      <div className="actions">
        <Button onClick={() => dialog.current?.close()}>{t('helpdesk-shortcuts.close')}</Button>
      </div>
    </dialog>
  );
}
