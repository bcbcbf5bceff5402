import type { ReactElement } from 'react';
import type { Strength } from '#contract/kinds.ts';
import { useTranslate } from '../../i18n/translate.tsx';
import css from './strength.module.css';

const heights = [6, 9, 12, 16];

export function StrengthBars({ strength }: { strength: Strength }): ReactElement {
  const label = useTranslate()(`factors.strength.${strength}`);
  return (
    <span className={css.strength} title={label}>
      <Bars strength={strength} />
      <span className="visually-hidden">{label}. </span>
    </span>
  );
}

const Bars = ({ strength }: { strength: Strength }): ReactElement => (
  <svg viewBox="0 0 29 16" width="29" height="16" aria-hidden="true" focusable="false">
    {heights.map((height, index) => (
      <rect
        key={height}
        className={index < strength ? css.full : css.bar}
        x={index * 8}
        y={16 - height}
        width="5"
        height={height}
        rx="1.5"
      />
    ))}
  </svg>
);
