import { ConfigurationError } from '@sallyport/core';
import { MAX_TIMES } from './agent-state.js';
import type { AegisOptions } from './options.js';

const MIN_KEY_CHARS = 16;
const WEEK_MS = 7 * 24 * 60 * 60 * 1000;
const MAX_COUNT = 1_000_000;

/** What the keys begin with that the gateway makes. */
export const KEY_PREFIX = 'aegis_sk_live_';

/** The options, checked and complete. */
export interface Settings extends Required<Omit<AegisOptions, 'adminKey'>> {
  readonly adminKey?: string;
}

const DEFAULTS: Settings = {
  requestsPerMinute: 1000,
  agentProposalsPerMinute: 100,
  aggregateLimit: 20,
  confirmationThreshold: 7,
  escalationThreshold: 9,
  confirmationTimeoutMs: 300_000,
  escalationTimeoutMs: 3_600_000,
  precedence: 'strictest',
  extendedActorIds: false,
  flatBody: false,
};

/** @throws ConfigurationError that names the option and what it may be. */
export function readSettings(options: AegisOptions): Settings {
  const settings: Settings = { ...DEFAULTS, ...given(options) };
  whole('requestsPerMinute', settings.requestsPerMinute, MAX_COUNT);
  for (const name of ['agentProposalsPerMinute', 'aggregateLimit'] as const) {
    const limit = settings[name];
    if (limit !== false) whole(name, limit, MAX_TIMES);
  }
  for (const name of ['confirmationTimeoutMs', 'escalationTimeoutMs'] as const) whole(name, settings[name], WEEK_MS);
  const { confirmationThreshold: confirmation, escalationThreshold: escalation, precedence, adminKey } = settings;
  // Written this way round, so that NaN does not pass.
  if (!(confirmation > 0 && confirmation <= escalation && escalation <= 11)) {
    throw invalid('confirmationThreshold', 'above 0 and not above escalationThreshold, which is 11 (never) at most');
  }
  if (precedence !== 'strictest' && precedence !== 'priority') throw invalid('precedence', '"strictest" or "priority"');
  if (adminKey !== undefined && (adminKey.length < MIN_KEY_CHARS || /\s/.test(adminKey))) {
    throw invalid('adminKey', `at least ${MIN_KEY_CHARS} characters without blanks`);
  }
  return settings;
}

/** What was set: an option that is there and undefined is none. */
function given(options: AegisOptions): AegisOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

function whole(name: string, value: number, most: number): void {
  if (!Number.isInteger(value) || value < 1 || value > most) throw invalid(name, `a whole number from 1 to ${most}`);
}

/** What stands against a configured admin key that the store has for somebody else. */
export const adminKeyTaken = (): ConfigurationError =>
  invalid('adminKey', 'a secret of its own: this one belongs to another credential');

function invalid(option: string, wanted: string): ConfigurationError {
  return new ConfigurationError(`aegis.${option} must be ${wanted}.`);
}
