import { ConfigurationError } from '@sallyport/core';
import {
  bearer,
  type CallerConfig,
  checkOptionalText,
  checkOptionNames,
  parseBaseUrl,
  readEnv,
  shown,
} from '@sallyport/core/internal';
import { adoptError } from './errors.js';
import type { CallIdentity, RampartClientOptions } from './types/index.js';

/** The identity a call is made with, complete. */
export type Identity = Required<CallIdentity>;

/** Identity that calls have unless they say otherwise. */
export type DefaultIdentity = Omit<Identity, 'toolCallId'>;

const DEFAULT_URL = 'http://localhost:9090';
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;
const OWN_OPTIONS = ['url', 'token', 'agent', 'session', 'runId', 'allowInsecure'] as const;
const OWN_NAMES: readonly string[] = OWN_OPTIONS satisfies readonly (keyof RampartClientOptions)[];

function resolveUrl({ url, allowInsecure = false }: RampartClientOptions): string {
  const fromEnv = readEnv('RAMPART_URL');
  const baseUrl = parseBaseUrl(url ?? fromEnv ?? DEFAULT_URL, url === undefined ? 'RAMPART_URL' : 'url');
  const { protocol, hostname } = new URL(baseUrl);
  if (protocol === 'http:' && !LOOPBACK.test(hostname) && !allowInsecure) {
    throw new ConfigurationError(
      `${baseUrl} would carry the token unencrypted over a network. Use https, or set allowInsecure: true.`,
    );
  }
  return baseUrl;
}

function checkOwnTypes({ url, agent, session, runId, allowInsecure }: RampartClientOptions): void {
  for (const [name, value] of Object.entries({ agent, session, runId })) checkOptionalText(name, value);
  if (!(url instanceof URL)) checkOptionalText('url', url);
  if (allowInsecure !== undefined && typeof allowInsecure !== 'boolean') {
    throw new ConfigurationError(`allowInsecure must be true or false, and not ${shown(allowInsecure)}.`);
  }
}

/** The connection that the options and the environment describe. @throws ConfigurationError when they are impossible. */
export function callerConfig(options: RampartClientOptions): CallerConfig {
  checkOptionNames(options, OWN_NAMES, 'RampartClient');
  checkOwnTypes(options);
  const token = options.token ?? readEnv('RAMPART_TOKEN');
  return {
    gateway: 'rampart',
    baseUrl: resolveUrl(options),
    credentials: { token: token === undefined ? undefined : bearer(token, 'token') },
    credentialHelp: { token: 'Give it as "token" or set RAMPART_TOKEN.' },
    defaultAuth: 'token',
    options,
    adopt: adoptError,
  };
}

/** The identity that the options and the environment describe. */
export function defaultIdentity(options: RampartClientOptions, newId: () => string): DefaultIdentity {
  return {
    agent: options.agent ?? readEnv('RAMPART_AGENT') ?? 'unknown-agent',
    session: options.session ?? readEnv('RAMPART_SESSION') ?? 'unknown-session',
    runId: options.runId ?? readEnv('RAMPART_RUN') ?? newId(),
  };
}
