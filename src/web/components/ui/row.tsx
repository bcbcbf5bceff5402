import type { ReactElement, ReactNode } from 'react';
import type { Strength } from '#contract/kinds.ts';
import { Icon, type IconName } from './icon.tsx';
import { StrengthBars } from './strength.tsx';

export function RowBody({
  icon,
  name,
  badge,
  strength,
  children,
  end,
}: {
  icon?: IconName | undefined;
  name: ReactNode;
  badge?: ReactNode;
  strength?: Strength;
  children?: ReactNode;
  end?: ReactNode;
}): ReactElement {
  return (
    <>
      {icon && <Icon name={icon} />}
      <span className="row-text">
        <span className="row-name">
          <span className="row-title">{name}</span> {badge}
        </span>
        <span className="row-about">
          {strength && <StrengthBars strength={strength} />}
          <span>{children}</span>
        </span>
      </span>
      {end}
    </>
  );
}

export function Badge({ tone, children }: { tone: 'good' | 'caution'; children: ReactNode }): ReactElement {
  return <span className={`badge ${tone}`}>{children}</span>;
}

export const Chevron = (): ReactElement => <Icon name="chevron" />;
