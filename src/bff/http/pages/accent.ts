/** The colours of `src/web/styles/tokens.css` behind and on the accent. */
export const schemes = {
  light: {
    paper: '#f6f5f1',
    surface: '#ffffff',
    'good-soft': '#e4efea',
    'caution-soft': '#faf0da',
    'danger-soft': '#fbebe9',
    'on-accent': '#ffffff',
  },
  dark: {
    paper: '#131514',
    surface: '#1b1e1d',
    'good-soft': '#1d2f2a',
    'caution-soft': '#2e2614',
    'danger-soft': '#331c19',
    'on-accent': '#08201a',
  },
} as const;

type Scheme = keyof typeof schemes;
/** As `#rrggbb`. `soft`: the tinted background. */
type Tones = { accent: string; soft: string };

/** For text (WCAG 2.2, 1.4.3). */
const LEAST_CONTRAST = 4.5;
const SOFT_SHARE = 0.1;
const STEPS = 100;

const channels = (hex: string): number[] => [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));

const toHex = (parts: number[]): string =>
  `#${parts.map((value) => Math.round(value).toString(16).padStart(2, '0')).join('')}`;

/** `share`: 0 to 1. */
function mix(color: string, share: number, into: string): string {
  const under = channels(into);
  return toHex(channels(color).map((value, at) => value * share + under[at]! * (1 - share)));
}

/** 0 to 1 (WCAG 2.2). */
function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = channels(hex).map((value) => {
    const part = value / 255;
    return part <= 0.040_45 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function isReadable(one: string, other: string): boolean {
  const [low = 0, high = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
  return (high + 0.05) / (low + 0.05) >= LEAST_CONTRAST;
}

/** Raises a lightness (HSL) below one half to one half. */
function strengthen(color: string): string {
  const parts = channels(color);
  const half = 255 / Math.max(1, Math.max(...parts) + Math.min(...parts));
  return toHex(parts.map((value) => value * Math.max(1, half)));
}

/** Goes from a colour to the next, and returns the first tones that are readable on all grounds. */
function fit([color = '', ...ways]: string[], grounds: (typeof schemes)[Scheme]): Tones {
  let from = color;
  for (const to of ways) {
    for (let step = 0; step <= STEPS; step += 1) {
      const accent = mix(to, step / STEPS, from);
      const soft = mix(accent, SOFT_SHARE, grounds.surface);
      if ([...Object.values(grounds), soft].every((ground) => isReadable(accent, ground))) return { accent, soft };
    }
    from = to;
  }
  throw new Error(`neither ${color} nor ${from} is readable`);
}

/** Staff pages have no `data-branded`. */
const writeRule = ({ accent, soft }: Tones): string =>
  `:root:has([data-branded]){--accent:${accent};--accent-soft:${soft};--focus:${accent}}`;

/** `color`: `#rrggbb`. Is darkened for light pages and lightened for dark pages until it is readable. */
export function fitAccent(color: string) {
  const light = fit([color, '#000000'], schemes.light);
  const dark = fit([color, strengthen(color), '#ffffff'], schemes.dark);
  const style = `${writeRule(light)}@media (prefers-color-scheme:dark){${writeRule(dark)}}`;
  return { color, light, dark, style };
}
