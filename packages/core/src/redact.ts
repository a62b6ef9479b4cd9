const MASK = '[redacted]';

const SECRET_KEY =
  /^(?:authorization|proxy-authorization|cookie|set-cookie|password|passwd|secret|client_?secret|private_?key|.*api[-_]?key|.*token|sig|signature|credentials?)$/i;

/** Whether a field or header of this name holds a credential. */
export const isSecretName = (name: string): boolean => SECRET_KEY.test(name);

/** What a secret looks like inside running text. Each pattern keeps its first group and masks the rest. */
const SECRET_TEXT: readonly RegExp[] = [
  /\b((?:Bearer|Basic)\s+)[\w.~+/=-]{4,}/gi,
  // Not what only shows the form of an address: //<user>:<password>@.
  /(\/\/)(?!<[a-z]+>(?::<[a-z]+>)?@)[^/\s@]+(?=@)/g,
  /([?&](?:[\w-]*token|[\w-]*key|sig|signature|secret|password|code)=)[^&\s#"']+/gi,
  /((?:authorization|x-api-key|api[-_]?key|password|secret|token)["']?\s*[:=]\s*["']?)(?!Bearer\b|Basic\b|\[redacted\])[^\s"',;&}]{4,}/gi,
  /()\b(?:rampart(?:-admin)?_[0-9a-f]{16,}|(?:aegis(?:_sk_live)?|meshguard|msk|msat)_[0-9A-Za-z]{16,}|vg-(?:[a-z]+-)?[0-9a-f]{16,}|sk-[\w-]{16,}|wh(?:sec|sk)_[\w+/=]{16,}|gh[pousr]_\w{20,}|github_pat_\w{20,}|xox[abpr]-[\w-]{10,}|AKIA[0-9A-Z]{16})/g,
  /()\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g,
];

/**
 * Masks what looks like a credential inside a text: bearer tokens, passwords in URLs, signed query values, known key formats.
 *
 * @example
 * ```ts
 * import { redactText } from '@sallyport/core';
 *
 * redactText('GET /v1/status with Bearer abc123 failed'); // 'GET /v1/status with Bearer [redacted] failed'
 * ```
 */
export function redactText(text: string): string {
  let clean = text;
  for (const pattern of SECRET_TEXT) clean = clean.replace(pattern, `$1${MASK}`);
  return clean;
}

/**
 * Copies a JSON-like value for a log: the values of secret keys are masked, texts go through {@link redactText}.
 *
 * @param value - any value; what JSON cannot express becomes its type's name.
 * @param depth - levels of nesting that are kept, 6 when absent.
 * @example
 * ```ts
 * import { redact } from '@sallyport/core';
 *
 * redact({ authorization: 'Bearer abc', tool: 'exec' }); // { authorization: '[redacted]', tool: 'exec' }
 * ```
 */
export function redact(value: unknown, depth = 6): unknown {
  if (typeof value === 'string') return redactText(value);
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return value;
  if (typeof value !== 'object') return typeof value;
  if (depth === 0) return Array.isArray(value) ? '[array]' : '[object]';
  if (Array.isArray(value)) return value.map((item) => redact(item, depth - 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, isSecretName(key) ? MASK : redact(item, depth - 1)]),
  );
}
