import { ConfigurationError } from './errors/configuration.js';

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
