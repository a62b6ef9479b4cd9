import { ConfigurationError } from '@sallyport/core';
import {
  apiKey,
  bearer,
  type CallerConfig,
  checkEncrypted,
  checkOptionalText,
  checkOptionNames,
  parseBaseUrl,
  readEnv,
} from '@sallyport/core/internal';
import { adoptError, decodeRateLimit } from './errors.js';
import type { MeshGuardClientOptions } from './types/index.js';

const DEFAULT_URL = 'https://dashboard.meshguard.app';
const OWN_OPTIONS = ['gatewayUrl', 'agentToken', 'adminToken', 'traceId', 'allowInsecure'] as const;
const OWN_NAMES: readonly string[] = OWN_OPTIONS satisfies readonly (keyof MeshGuardClientOptions)[];

/** What a client is told, complete and checked. */
export interface Settings {
  readonly config: CallerConfig;
  readonly agentToken: string | undefined;
  readonly adminToken: string | undefined;
  readonly timeoutMs: number;
}

function resolveUrl({ gatewayUrl, allowInsecure }: MeshGuardClientOptions): string {
  if (!(gatewayUrl instanceof URL)) checkOptionalText('gatewayUrl', gatewayUrl);
  const given = gatewayUrl ?? readEnv('MESHGUARD_GATEWAY_URL') ?? DEFAULT_URL;
  const baseUrl = parseBaseUrl(given, gatewayUrl === undefined ? 'MESHGUARD_GATEWAY_URL' : 'gatewayUrl');
  checkEncrypted(baseUrl, allowInsecure);
  return baseUrl;
}

/** Beyond visible ASCII, gateways and proxies disagree about what a header says; a comma would make two of one. */
export function checkHeaderText(name: string, value: string): void {
  checkOptionalText(name, value);
  if (/^[\x20-\x7e]*$/.test(value)) return;
  throw new ConfigurationError(`${name} must be ASCII without control characters. Percent-encode what is not.`);
}

/**
 * The connection that the options and the environment describe.
 *
 * @throws ConfigurationError when they are impossible.
 */
export function readSettings(options: MeshGuardClientOptions, traceId: string): Settings {
  checkOptionNames(options, OWN_NAMES, 'MeshGuardClient');
  checkHeaderText('traceId', traceId);
  const agentToken = options.agentToken ?? readEnv('MESHGUARD_AGENT_TOKEN');
  const adminToken = options.adminToken ?? readEnv('MESHGUARD_ADMIN_TOKEN');
  const operator = adminToken ?? agentToken;
  return {
    agentToken,
    adminToken,
    timeoutMs: options.timeoutMs ?? 30_000,
    config: {
      gateway: 'meshguard',
      baseUrl: resolveUrl(options),
      credentials: {
        agent: agentToken === undefined ? undefined : bearer(agentToken, 'agentToken'),
        admin: adminToken === undefined ? undefined : apiKey('x-admin-token', adminToken, 'adminToken'),
        operator: operator === undefined ? undefined : bearer(operator, 'adminToken'),
      },
      defaultAuth: 'agent',
      headers: { 'x-meshguard-trace-id': traceId },
      errors: [decodeRateLimit],
      options,
      adopt: (error) => adoptError(error, traceId),
    },
  };
}
