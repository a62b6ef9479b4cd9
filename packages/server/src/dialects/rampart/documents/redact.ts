import type { Fields } from './body.js';
import { isFields } from './body.js';

const MASK = '[REDACTED]';

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
const NAME = '(?:token|secret|api[_-]?key|access_?key|passw(?:or)?d|passphrase)';

/**
 * What secrets look like in running text; the first group is kept. Every pattern begins with a literal and repeats only
 * classes that cannot match that beginning again, or that stop at the first blank or quote: each runs in linear time.
 */
const SECRETS: readonly RegExp[] = [
  new RegExp(`(${AUTHORIZATION}digest[ \\t]+)${PARAMETER}(?:,[ \\t]*${PARAMETER})*`, 'gi'),
  new RegExp(`(${AUTHORIZATION}(?:(?:bearer|basic|token|digest|negotiate)[ \\t]+)?)${CHAR}+`, 'gi'),
  /(\bbearer[ \t]+)[\w.~+/=-]{8,}/gi,
  new RegExp(`(\\s)-p(?=['"A-Za-z0-9])${WORD}`, 'g'),
  new RegExp(`()--(?:password|token|api-key|secret)(?:=|[ \\t]+(?!-))${WORD}`, 'g'),
  new RegExp(`(\\s(?:-u[ \\t]*|--user(?:=|[ \\t]+))["']?(?!\\d+:\\d+\\b)[^\\s:"'$${OPERATORS}]{1,128}:)${CHAR}+`, 'g'),
  /()\bgh[pousr]_[A-Za-z0-9]+/g,
  /()\bgithub_pat_\w{20,}/g,
  /()\bxox[abeprs]-[A-Za-z0-9-]+/g,
  /()\b(?:sk|rk)[-_](?:[A-Za-z]+[-_])?[A-Za-z0-9]{20,}/g,
  /()\b(?:AKIA|ASIA)[0-9A-Z]{16}/g,
  /()\brampart_[0-9a-f]{16,}/g,
  new RegExp(`(//[^/\\s:@"'$${OPERATORS}]{0,256}:)(?:(?![/@])${CHAR}){1,256}(?=@)`, 'g'),
  new RegExp(`(\\b\\w{0,64}${NAME}${SEPARATOR})${INSIDE}`, 'gi'),
];

/** Something of each pattern, to spare the usual text all of them. */
const HINT =
  /auth|bearer|-p|-u|gh[pousr]_|github_|xox|[sr]k[-_]|A[KS]IA|rampart_|\/\/|token|secret|api[_-]?key|access_?key|passw|passphrase/i;

/** Masks what looks like a credential inside a text. */
export function redactText(text: string): string {
  if (!HINT.test(text)) return text;
  let clean = text;
  for (const pattern of SECRETS) clean = clean.replace(pattern, `$1${MASK}`);
  return clean;
}

/** A copy of a call's parameters for audit events, approvals and notifications: values of secret keys and credentials inside texts are masked. */
export function redactFields(fields: Fields): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([key, value]) => [key, isSecretKey(key) ? MASK : redactValue(value)]),
  );
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
