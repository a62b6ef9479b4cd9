const CODES = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  cyan: [36, 39],
} as const;

type Style = Readonly<Record<keyof typeof CODES, (text: string) => string>>;

/** Text styles, or none where nobody would see them. */
export function style(colour: boolean): Style {
  const wrap = (name: keyof typeof CODES) => {
    const [on, off] = CODES[name];
    return (text: string): string => (colour ? `\x1b[${on}m${text}\x1b[${off}m` : text);
  };
  return {
    bold: wrap('bold'),
    dim: wrap('dim'),
    red: wrap('red'),
    green: wrap('green'),
    yellow: wrap('yellow'),
    cyan: wrap('cyan'),
  };
}
