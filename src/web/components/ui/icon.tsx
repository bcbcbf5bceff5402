import type { ReactElement } from 'react';

/** On 24 × 24, drawn with a round stroke of width 1.6. */
const paths = {
  app: 'M6.5 3.5h11a3 3 0 0 1 3 3v11a3 3 0 0 1-3 3h-11a3 3 0 0 1-3-3v-11a3 3 0 0 1 3-3ZM8 9h8M8 12.5h5M8 16h3',
  message:
    'M5 4.5h14a1.5 1.5 0 0 1 1.5 1.5v9.5A1.5 1.5 0 0 1 19 17h-7.5L7 20.5V17H5a1.5 1.5 0 0 1-1.5-1.5V6A1.5 1.5 0 0 1 5 4.5Z',
  other: 'M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17ZM8 12h.1M12 12h.1M16 12h.1',
  warning: 'M12 4 21 19.5H3L12 4ZM12 10v4.5M12 17v.1',
  bell: 'M6 10a6 6 0 1 1 12 0c0 4.5 1.8 5.6 2.3 6.6H3.7C4.2 15.6 6 14.5 6 10ZM10.3 20c.9.9 2.5.9 3.4 0',
  phone: 'M9 3h6a2 2 0 0 1 2 2v14a2 2 0 0 1-2 2H9a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2ZM11 18h2',
  call: 'M6.5 3.5h3l1.5 4-2 1.5a12 12 0 0 0 6 6l1.5-2 4 1.5v3a2.5 2.5 0 0 1-2.7 2.5A16.5 16.5 0 0 1 4 6.2 2.5 2.5 0 0 1 6.5 3.5Z',
  email: 'M5 5.5h14a2 2 0 0 1 2 2v9a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2v-9a2 2 0 0 1 2-2ZM3.6 6.5 12 13l8.4-6.5',
  question:
    'M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17ZM9.7 9.6a2.4 2.4 0 1 1 3.5 2.1c-.8.4-1.2.9-1.2 1.7M12 16.5v.1',
  key: 'M8.5 4a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9ZM11.7 11.7 20 20M15.5 15.5l2-2M18 18l1.5-1.5M8 8v.1',
  token:
    'M8 6.5h8a2.5 2.5 0 0 1 2.5 2.5v6a2.5 2.5 0 0 1-2.5 2.5H8A2.5 2.5 0 0 1 5.5 15V9A2.5 2.5 0 0 1 8 6.5ZM9 12h.1M12 12h.1M15 12h.1',
  shield: 'M12 3.5 19 6v5.5c0 4.5-3 7.5-7 9-4-1.5-7-4.5-7-9V6l7-2.5ZM9 12l2.2 2.2L15.2 10',
  screen:
    'M5 5h14a1.5 1.5 0 0 1 1.5 1.5v9A1.5 1.5 0 0 1 19 17H5a1.5 1.5 0 0 1-1.5-1.5v-9A1.5 1.5 0 0 1 5 5ZM9 20.5h6M12 17v3.5',
  bin: 'M4.5 7h15M10 4h4M6.5 7l.8 11.5a1.5 1.5 0 0 0 1.5 1.5h6.4a1.5 1.5 0 0 0 1.5-1.5L17.5 7M10 11v5M14 11v5',
  enter: 'M13 4h4.5A1.5 1.5 0 0 1 19 5.5v13a1.5 1.5 0 0 1-1.5 1.5H13M4 12h10M10.5 8.5 14 12l-3.5 3.5',
  chevron: 'm9.5 6 6 6-6 6',
  back: 'M19 12H5M11 6l-6 6 6 6',
} as const;

export type IconName = keyof typeof paths;

export function Icon({ name }: { name: IconName }): ReactElement {
  return (
    <svg
      className={`icon icon-${name}`}
      viewBox="0 0 24 24"
      width="24"
      height="24"
      aria-hidden="true"
      focusable="false"
    >
      <path d={paths[name]} />
    </svg>
  );
}
