import { ConfigurationError } from '@sallyport/core';
import { isProfileName, type ProfileName, profileNames } from './documents/profiles/index.js';
import type { RampartMode, RampartOptions } from './options.js';

const DEFAULT_APPROVAL_TIMEOUT_MS = 120_000;
const MAX_APPROVAL_TIMEOUT_MS = 7 * 24 * 60 * 60 * 1000;
const MODES: readonly RampartMode[] = ['enforce', 'monitor', 'disabled'];
const MIN_TOKEN_CHARS = 16;

/** The options, checked and complete. */
export interface Settings extends RampartOptions {
  readonly mode: RampartMode;
  readonly profile: ProfileName | 'none';
  readonly approvalTimeoutMs: number;
}

/** @throws ConfigurationError that names the option and what it may be. */
export function readSettings(options: RampartOptions): Settings {
  const { mode = 'enforce', approvalTimeoutMs = DEFAULT_APPROVAL_TIMEOUT_MS, adminToken, resolveBaseUrl } = options;
  if (!MODES.includes(mode)) throw invalid('mode', `one of ${MODES.join(', ')}`);
  const whole = Number.isInteger(approvalTimeoutMs) && approvalTimeoutMs > 0;
  if (!whole || approvalTimeoutMs > MAX_APPROVAL_TIMEOUT_MS) {
    throw invalid('approvalTimeoutMs', `whole milliseconds from 1 to ${MAX_APPROVAL_TIMEOUT_MS}`);
  }
  if (adminToken !== undefined && (adminToken.length < MIN_TOKEN_CHARS || /\s/.test(adminToken))) {
    throw invalid('adminToken', `at least ${MIN_TOKEN_CHARS} characters without blanks`);
  }
  if (resolveBaseUrl !== undefined && !/^https?:\/\/[^/?#]+(?:\/[^?#]*)?$/.test(resolveBaseUrl)) {
    throw invalid('resolveBaseUrl', 'an http or https URL without query and fragment');
  }
  const profile = options.profile ?? (options.policyFile === undefined ? 'standard' : 'none');
  if (profile !== 'none' && !isProfileName(profile)) {
    throw invalid('profile', `one of ${[...profileNames(), 'none'].join(', ')}`);
  }
  return { ...options, mode, approvalTimeoutMs, profile };
}

function invalid(option: string, wanted: string): ConfigurationError {
  return new ConfigurationError(`rampart.${option} must be ${wanted}.`);
}
