import { ConfigurationError } from '@sallyport/core';
import { isProfileName, type ProfileName, profileNames } from './documents/profiles/index.js';
import type { RampartMode, RampartOptions } from './options.js';

const DEFAULT_APPROVAL_TIMEOUT_MS = 120_000;
const MAX_APPROVAL_TIMEOUT_MS = 7 * 24 * 60 * 60 * 1000;
const MODES: readonly RampartMode[] = ['enforce', 'monitor', 'disabled'];
const MIN_TOKEN_CHARS = 16;
/** Where a user may have set it. */
const ADMIN_TOKEN = 'adminToken (RAMPART_TOKEN of "sallyport serve")';
const REMEDY = ' Unset RAMPART_TOKEN to keep the admin token of before, or choose another.';

/** What the tokens begin with that the gateway makes for clients. */
export const TOKEN_PREFIX = 'rampart_';

/** What the admin tokens begin with that it makes for people: such a one may be configured, and a client's may not. */
export const ADMIN_TOKEN_PREFIX = 'rampart-admin_';

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
  if (adminToken !== undefined) checkAdminToken(adminToken);
  if (resolveBaseUrl !== undefined && !/^https?:\/\/[^/?#]+(?:\/[^?#]*)?$/.test(resolveBaseUrl)) {
    throw invalid('resolveBaseUrl', 'an http or https URL without query and fragment');
  }
  const profile = options.profile ?? (options.policyFile === undefined ? 'standard' : 'none');
  if (profile !== 'none' && !isProfileName(profile)) {
    throw invalid('profile', `one of ${[...profileNames(), 'none'].join(', ')}`);
  }
  return { ...options, mode, approvalTimeoutMs, profile };
}

/** A token of the gateway's own making must not become the admin's because it was left in a shell. */
function checkAdminToken(token: string): void {
  if (token.length < MIN_TOKEN_CHARS || /\s/.test(token)) {
    throw invalid(ADMIN_TOKEN, `at least ${MIN_TOKEN_CHARS} characters without blanks`);
  }
  if (token.startsWith(TOKEN_PREFIX)) {
    throw invalid(ADMIN_TOKEN, `a secret of your own: tokens with "${TOKEN_PREFIX}" are made for clients`, REMEDY);
  }
}

/** What stands against a configured admin token that the store has for somebody else. */
export function adminTokenTaken(): ConfigurationError {
  return invalid(ADMIN_TOKEN, 'a secret of its own: this one belongs to another credential', REMEDY);
}

function invalid(option: string, wanted: string, remedy = ''): ConfigurationError {
  return new ConfigurationError(`rampart.${option} must be ${wanted}.${remedy}`);
}
