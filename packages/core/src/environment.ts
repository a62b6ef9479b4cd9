import { ConfigurationError } from './errors/configuration.js';
import { shown } from './plain.js';

/**
 * Reads an environment variable where there is an environment; one that is empty or blank counts as not set.
 *
 * @example
 * ```ts
 * import { readEnv } from '@sallyport/core/internal';
 *
 * const url = readEnv('RAMPART_URL') ?? 'http://localhost:9090';
 * ```
 */
export function readEnv(name: string): string | undefined {
  const value = globalThis.process?.env?.[name]?.trim();
  return value === '' ? undefined : value;
}

/**
 * Checks a gateway's address and brings it into one form, without a trailing slash.
 *
 * @param url - absolute, `http:` or `https:`; a path is kept (`https://host/rampart`).
 * @param option - the option or variable it came from, for the message.
 * @throws ConfigurationError for anything else, and for credentials, a query or a fragment inside.
 */
export function parseBaseUrl(url: string | URL, option: string): string {
  const text = String(url);
  if (!URL.canParse(text)) {
    throw new ConfigurationError(`${option} must be an absolute URL such as http://localhost:9090, and not "${text}".`);
  }
  const parsed = new URL(text);
  if (parsed.protocol !== 'http:' && parsed.protocol !== 'https:') {
    throw new ConfigurationError(`${option} must start with http:// or https://, and not "${parsed.protocol}".`);
  }
  if (parsed.username !== '' || parsed.password !== '') {
    throw new ConfigurationError(`${option} must not hold a user name or password. Give the credential as an option.`);
  }
  if (parsed.search !== '' || parsed.hash !== '') {
    throw new ConfigurationError(`${option} must not have a query or a fragment.`);
  }
  return parsed.origin + parsed.pathname.replace(/\/+$/, '');
}

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/**
 * Refuses an address that would carry a credential unencrypted to another machine, unless the user said so.
 *
 * @param baseUrl - as {@link parseBaseUrl} returns it.
 * @throws ConfigurationError for `http:` beyond loopback without `allowInsecure`.
 */
export function checkEncrypted(baseUrl: string, allowInsecure: unknown = false): void {
  if (typeof allowInsecure !== 'boolean') {
    throw new ConfigurationError(`allowInsecure must be true or false, and not ${shown(allowInsecure)}.`);
  }
  const { protocol, hostname } = new URL(baseUrl);
  if (protocol === 'https:' || LOOPBACK.test(hostname) || allowInsecure) return;
  throw new ConfigurationError(
    `${baseUrl} would carry the token unencrypted over a network. Use https, or set allowInsecure: true.`,
  );
}
