import { SallyportError } from './base.js';
import { branded } from './brand.js';

/**
 * The caller set something up wrongly: a bad URL, an empty token, an unknown option, an impossible argument.
 * Thrown before anything is sent.
 *
 * @example
 * ```ts
 * import { ConfigurationError } from '@sallyport/core';
 *
 * throw new ConfigurationError('timeoutMs must be a positive number of milliseconds.');
 * ```
 */
export class ConfigurationError extends SallyportError {
  static override readonly code: string = 'configuration';

  static {
    branded(ConfigurationError, 'core', 'ConfigurationError');
  }
}
