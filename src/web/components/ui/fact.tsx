import type { ReactElement, ReactNode } from 'react';
import { Icon, type IconName } from './icon.tsx';

export function Fact({
  icon,
  head,
  children,
}: {
  icon: IconName;
  head: ReactNode;
  children?: ReactNode;
}): ReactElement {
  return (
    <li>
      <Icon name={icon} />
      <div>
        <p className="strong">{head}</p>
        {children && <p className="fine">{children}</p>}
      </div>
    </li>
  );
}
