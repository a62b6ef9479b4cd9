const LETTERS: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  a: '\x07',
  b: '\b',
  e: '\x1b',
  E: '\x1b',
  f: '\f',
  v: '\v',
};

const ESCAPE =
  /\\(?:x(?<hex>[0-9a-fA-F]{1,2})|u(?<four>[0-9a-fA-F]{1,4})|U(?<eight>[0-9a-fA-F]{1,8})|(?<octal>[0-7]{1,3})|c(?<control>.)|(?<letter>.))/gs;

/** The content of `$'…'`, decoded as bash does. */
export function decoded(content: string): string {
  let text = '';
  let from = 0;
  for (const match of content.matchAll(ESCAPE)) {
    text += content.slice(from, match.index) + characterOf(match.groups ?? {});
    from = match.index + match[0].length;
  }
  return text + content.slice(from);
}

function characterOf({ hex, four, eight, octal, control, letter = '' }: Record<string, string | undefined>): string {
  const digits = hex ?? four ?? eight;
  if (digits !== undefined) return codePoint(Number.parseInt(digits, 16));
  if (octal !== undefined) return codePoint(Number.parseInt(octal, 8) & 0xff);
  if (control !== undefined) return codePoint(control.charCodeAt(0) & 0x1f);
  return LETTERS[letter] ?? letter;
}

function codePoint(code: number): string {
  return code <= 0x10ffff ? String.fromCodePoint(code) : '';
}
