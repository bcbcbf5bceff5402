import { type ComponentProps, type ReactElement, useEffect, useEffectEvent, useState } from 'react';
import { useNavigate } from 'react-router';
import { Button } from '../../../components/ui/button.tsx';
import { useTranslate } from '../../../i18n/translate.tsx';
import { Later, type Load } from '../layout/later.tsx';
import { moveTo } from '../reset/move-to.ts';
import type ShortcutsDialog from './shortcuts-dialog.tsx';
import { areShortcutsOn } from './shortcut-setting.ts';

const typing =
  'input:not([type="checkbox"], [type="radio"]), textarea, select, [contenteditable], dialog, [role="listbox"]';
const isTyping = ({ target }: KeyboardEvent): boolean => target instanceof Element && target.closest(typing) !== null;

const list: Load<ComponentProps<typeof ShortcutsDialog>> = () => import('./shortcuts-dialog.tsx');

/**
 * The shortcuts of the helpdesk's pages, and the button that lists them. Single characters do nothing while somebody
 * types, and can be turned off (WCAG 2.1.4).
 * @param places ids of what the digits lead to, from 1
 */
export function Shortcuts({ places = [] }: { places?: readonly string[] }): ReactElement {
  const t = useTranslate();
  const navigate = useNavigate();
  const [open, setOpen] = useState(false);
  const onKey = useEffectEvent((event: KeyboardEvent): void => {
    const { key, ctrlKey, metaKey, altKey } = event;
    if (event.defaultPrevented || ctrlKey || metaKey || altKey || isTyping(event) || !areShortcutsOn()) return;
    const place = /^[1-9]$/.test(key) ? places[Number(key) - 1] : undefined;
    if (key === '?') setOpen(true);
    else if (key === '/') void navigate('/helpdesk');
    else if (place !== undefined) moveTo(place);
    else return;
    event.preventDefault();
  });
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => onKey(event);
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  }, []);
  return (
    <>
      <Button variant="text-button" onClick={() => setOpen(true)}>
        {t('helpdesk.shortcuts')}
      </Button>
      {open && <Later load={list} props={{ steps: places.length > 0, onClose: () => setOpen(false) }} />}
    </>
  );
}
