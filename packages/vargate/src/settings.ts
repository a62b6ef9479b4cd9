import { ConfigurationError } from '@sallyport/core';
import {
  apiKey,
  bearer,
  type CallerConfig,
  checkEncrypted,
  checkNames,
  checkOptionalText,
  checkOptionNames,
  checkPlainObject,
  parseBaseUrl,
  readEnv,
  shown,
} from '@sallyport/core/internal';
import { adoptError, decodeRateLimit } from './errors.js';
import { AGENT_NAMES } from './option-names.js';
import type { VargateAgent, VargateClientOptions } from './types/index.js';

/** An agent, complete. */
export type Agent = Required<VargateAgent>;

const DEFAULT_URL = 'https://vargate.ai/api';
const DEFAULT_AGENT: Agent = { id: 'unknown-agent', type: 'autonomous', version: '1.0.0' };
const OWN_OPTIONS = ['baseUrl', 'apiKey', 'sessionToken', 'agent', 'allowInsecure'] as const;
const OWN_NAMES: readonly string[] = OWN_OPTIONS satisfies readonly (keyof VargateClientOptions)[];

/** What an agent's fields may be, and how that is said. */
const AGENT_RULES = {
  id: [/^[\w.-]{1,256}$/, '1 to 256 of A-Z a-z 0-9 _ - .'],
  type: [/^.{1,64}$/su, '1 to 64 characters'],
  version: [/^(?=.{1,32}$)\d+\.\d+\.\d+/su, 'major.minor.patch, of at most 32 characters'],
} as const satisfies Record<keyof Agent, readonly [RegExp, string]>;

/** Lays an agent over another, field by field. @throws ConfigurationError when the gateway would refuse it. */
export function resolveAgent(given: VargateAgent | undefined, base: Agent = DEFAULT_AGENT): Agent {
  if (given === undefined) return base;
  checkPlainObject('agent', given);
  checkNames(given, AGENT_NAMES, 'agent');
  const agent: Agent = {
    id: given.id ?? base.id,
    type: given.type ?? base.type,
    version: given.version ?? base.version,
  };
  for (const name of ['id', 'type', 'version'] as const) {
    const [pattern, says] = AGENT_RULES[name];
    if (typeof agent[name] === 'string' && pattern.test(agent[name])) continue;
    throw new ConfigurationError(`agent.${name} must be ${says}, and not ${shown(agent[name])}.`);
  }
  return agent;
}

function resolveUrl({ baseUrl, allowInsecure }: VargateClientOptions): string {
  if (!(baseUrl instanceof URL)) checkOptionalText('baseUrl', baseUrl);
  const given = baseUrl ?? readEnv('VARGATE_URL') ?? DEFAULT_URL;
  const parsed = parseBaseUrl(given, baseUrl === undefined ? 'VARGATE_URL' : 'baseUrl');
  checkEncrypted(parsed, allowInsecure);
  return parsed;
}

/** The connection that the options and the environment describe. @throws ConfigurationError when they are impossible. */
export function callerConfig(options: VargateClientOptions): CallerConfig {
  checkOptionNames(options, OWN_NAMES, 'VargateClient');
  const { sessionToken } = options;
  const key = sessionToken === undefined ? (options.apiKey ?? readEnv('VARGATE_API_KEY')) : options.apiKey;
  if (sessionToken !== undefined && key !== undefined) {
    throw new ConfigurationError('Give apiKey or sessionToken, and not both: the gateway looks at one of them only.');
  }
  const tenant =
    sessionToken === undefined
      ? key === undefined
        ? undefined
        : apiKey('x-api-key', key, 'apiKey')
      : bearer(sessionToken, 'sessionToken');
  return {
    gateway: 'vargate',
    baseUrl: resolveUrl(options),
    credentials: { tenant },
    credentialHelp: { tenant: 'Give it as "apiKey" or set VARGATE_API_KEY.' },
    defaultAuth: 'tenant',
    errors: [decodeRateLimit],
    options,
    adopt: adoptError,
  };
}
