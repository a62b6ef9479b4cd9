import { ConfigurationError } from './errors/configuration.js';
import { isHeaderValue } from './headers.js';

/** One way to prove who is asking: a header and its value. */
export interface Credential {
  /** Lower-case name. */
  readonly header: string;
  readonly value: string;
  /** The secret part of the value, masked wherever a server echoes it. */
  readonly secret: string;
}

function checkSecret(secret: string, option: string): string {
  // Whatever was given may hold the secret: its value is not shown.
  if (typeof secret !== 'string')
    throw new ConfigurationError(`${option} must be a string, and not a ${typeof secret}.`);
  if (secret.trim() === '') throw new ConfigurationError(`${option} must not be empty.`);
  if (secret !== secret.trim() || !isHeaderValue(secret)) {
    throw new ConfigurationError(`${option} has blanks around it or characters that a header cannot carry.`);
  }
  return secret;
}

/**
 * A token sent as `Authorization: Bearer …`.
 *
 * @throws ConfigurationError when it is empty or cannot be sent; it is never shown.
 * @example
 * ```ts
 * import { bearer } from '@sallyport/core/internal';
 *
 * const credential = bearer('abc', 'token (or RAMPART_TOKEN)');
 * ```
 */
export function bearer(token: string, option: string): Credential {
  const secret = checkSecret(token, option);
  return { header: 'authorization', value: `Bearer ${secret}`, secret };
}

/**
 * A key sent as the value of a header of its own.
 *
 * @throws ConfigurationError when it is empty or cannot be sent; it is never shown.
 * @example
 * ```ts
 * import { apiKey } from '@sallyport/core/internal';
 *
 * const credential = apiKey('x-api-key', 'abc', 'apiKey (or AEGIS_API_KEY)');
 * ```
 */
export function apiKey(header: string, key: string, option: string): Credential {
  const secret = checkSecret(key, option);
  return { header, value: secret, secret };
}
