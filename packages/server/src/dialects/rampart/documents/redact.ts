import type { Fields } from './body.js';
import { isFields } from './body.js';
import { type Quotes, quotesOf } from './quotes.js';

const MASK = '[REDACTED]';
const BLANK = /\s/;
/** The quote belongs to the text around a value, and so does what escapes it. */
const ESCAPED_QUOTE = /\\["']/;

/** What an agent is given in place of an output that policy denies. */
export const REDACTED_RESPONSE = '[REDACTED: sensitive content removed by Rampart]';

const SECRET_KEYS = new Set([
  'authorization',
  'proxyauthorization',
  'password',
  'passwd',
  'passphrase',
  'cookie',
  'setcookie',
  'credential',
  'credentials',
  'commandb64',
]);
const SECRET_ENDINGS = ['password', 'token', 'apikey', 'secret', 'privatekey'];

/**
 * A value ends where a shell would go on to another command: what a human approves must show every operator and all
 * that follows it. Even quotes are believed only as long as no operator stands between them.
 */
const OPERATORS = ';&|<>()`\\r\\n';
const CHAR = `(?:[^\\s"'$${OPERATORS}]|\\$(?!\\())`;
const IN_SINGLE = `[^'${OPERATORS}]`;
const IN_DOUBLE = `[^"${OPERATORS}]`;
const WORD = `(?:(?:'${IN_SINGLE}*'|"${IN_DOUBLE}*"|${CHAR})+|["']${CHAR}+)`;
const INSIDE = `(?:(?<=')${IN_SINGLE}+(?=')|(?<=")${IN_DOUBLE}+(?=")|${CHAR}+)`;

/** Without the blank in `KEY= command`, where a shell runs the command. */
const SEPARATOR = `(?:\\\\?["'])?(?:=|[ \\t]+=[ \\t]*|[ \\t]*:[ \\t]*)(?:\\\\?["'])?`;
const AUTHORIZATION = `\\b(?:proxy-)?authorization${SEPARATOR}`;
const PARAMETER = `[\\w-]+=(?:"${IN_DOUBLE}*"|(?!,)${CHAR})*`;
const GLUED = new RegExp(`(?:(?!\\\\)${CHAR})+`, 'y');
const NAME = '(?:token|secret|api[_-]?key|access_?key|passw(?:or)?d|passphrase)';

/** What secrets look like in running text. */
interface Secret {
  /** The first group is kept, the second masked together with the value, which is all the rest. */
  readonly pattern: RegExp;
  /** Whether a value goes on after a comma and a blank. */
  readonly isList?: boolean;
}

/**
 * Every pattern begins with a literal and repeats only classes that cannot match that beginning again, or that stop at
 * the first blank or quote: each runs in linear time.
 */
const SECRETS: readonly Secret[] = [
  {
    pattern: new RegExp(`(${AUTHORIZATION}digest[ \\t]+)()${PARAMETER}(?:,[ \\t]*${PARAMETER})*`, 'gi'),
    isList: true,
  },
  ...[
    new RegExp(`(${AUTHORIZATION}(?:(?:bearer|basic|token|digest|negotiate)[ \\t]+)?)()${CHAR}+`, 'gi'),
    /(\bbearer[ \t]+)()[\w.~+/=-]{8,}/gi,
    new RegExp(`(\\s)(-p)(?=['"A-Za-z0-9])${WORD}`, 'g'),
    new RegExp(`()(--(?:password|token|api-key|secret)(?:=|[ \\t]+(?!-)))${WORD}`, 'g'),
    new RegExp(
      `(\\s(?:-u[ \\t]*|--user(?:=|[ \\t]+))["']?(?!\\d+:\\d+\\b)[^\\s:"'$${OPERATORS}]{1,128}:)()${CHAR}+`,
      'g',
    ),
    /()()\bgh[pousr]_[A-Za-z0-9]+/g,
    /()()\bgithub_pat_\w{20,}/g,
    /()()\bxox[abeprs]-[A-Za-z0-9-]+/g,
    /()()\b(?:sk|rk)[-_](?:[A-Za-z]+[-_])?[A-Za-z0-9]{20,}/g,
    /()()\b(?:AKIA|ASIA)[0-9A-Z]{16}/g,
    /()()\brampart_[0-9a-f]{16,}/g,
    new RegExp(`(//[^/\\s:@"'$${OPERATORS}]{0,256}:)()(?:(?![/@])${CHAR}){1,256}(?=@)`, 'g'),
    new RegExp(`(\\b\\w{0,64}${NAME}${SEPARATOR})()${INSIDE}`, 'gi'),
  ].map((pattern) => ({ pattern })),
];

/** Something of each pattern, to spare the usual text all of them. */
const HINT =
  /auth|bearer|-p|-u|gh[pousr]_|github_|xox|[sr]k[-_]|A[KS]IA|rampart_|\/\/|token|secret|api[_-]?key|access_?key|passw|passphrase/i;

/** Masks what looks like a credential inside a text; all else is kept as it is. */
export function redactText(text: string): string {
  if (!HINT.test(text)) return text;
  const spans = SECRETS.flatMap((secret) => spansOf(secret, text));
  if (spans.length === 0) return text;
  spans.sort((a, b) => a.start - b.start);
  let clean = '';
  let from = 0;
  let masked = 0;
  for (const { start, end } of spans) {
    if (start >= masked) clean += text.slice(from, start) + MASK;
    masked = Math.max(masked, end);
    from = masked;
  }
  return clean + text.slice(from);
}

interface Span {
  readonly start: number;
  readonly end: number;
}

function spansOf({ pattern, isList = false }: Secret, text: string): Span[] {
  const spans: Span[] = [];
  let quotes: Quotes | undefined;
  for (const { 0: match, 1: kept = '', 2: head = '', index } of text.matchAll(pattern)) {
    quotes ??= quotesOf(text);
    const start = index + kept.length;
    const value = start + head.length;
    const end = endOfValue(text, quotes, { start: value, end: index + match.length }, isList);
    if (end > value) spans.push({ start, end });
    else if (quotes.closes[value] === 1) {
      // The quote ends here, and the word that it is a part of goes on.
      GLUED.lastIndex = value + 1;
      const glued = GLUED.exec(text)?.[0] ?? '';
      if (glued !== '') spans.push({ start: value + 1, end: value + 1 + glued.length });
    }
  }
  return spans;
}

/**
 * Where a value really ends: at the quote in which it began, and at a blank that no quote of its own protects. What a
 * pattern takes for an opening quote may be a closing one, and then a command follows it.
 */
function endOfValue(text: string, { opened, closes }: Quotes, { start, end }: Span, isList: boolean): number {
  let last = '';
  for (let at = start; at < end; at++) {
    const open = opened[at] ?? -1;
    const char = text.charAt(at);
    if (closes[at] === 1 && open < start) return at;
    if (!BLANK.test(char)) last = char;
    else if (open < start - 1 && !(isList && last === ',')) return at;
  }
  // Quotes with nothing between them are not taken apart, nor is one from what escapes it.
  const splits = (closes[end] === 1 && opened[end] === end - 1) || ESCAPED_QUOTE.test(text.slice(end - 1, end + 1));
  return splits ? end - 1 : end;
}

/** A copy of a call's parameters for audit events, approvals and notifications: values of secret keys and credentials inside texts are masked. */
export function redactFields(fields: Fields): Record<string, unknown> {
  const clean: Record<string, unknown> = {};
  for (const key of Object.keys(fields)) {
    const value = isSecretKey(key) ? MASK : redactValue(fields[key]);
    // Assigned, it would become the copy's prototype.
    if (key === '__proto__') Object.defineProperty(clean, key, { value, enumerable: true });
    else clean[key] = value;
  }
  return clean;
}

function redactValue(value: unknown): unknown {
  if (typeof value === 'string') return redactText(value);
  if (Array.isArray(value)) return value.map(redactValue);
  return isFields(value) ? redactFields(value) : value;
}

/** `X-Api-Key`, `api_key` and `apiKey` are the same key. */
function isSecretKey(key: string): boolean {
  const plain = key.toLowerCase().replace(/[^a-z0-9]/g, '');
  return SECRET_KEYS.has(plain) || SECRET_ENDINGS.some((ending) => plain.endsWith(ending));
}
