import { resolve } from 'node:path';
import type { AegisOptions, GatewayOptions, MeshGuardOptions, RampartOptions } from '@sallyport/server';
import type { Io } from '../../terminal/io.js';
import { logFor } from './log.js';
import { ADMIN_VARIABLES, type ServeOptions } from './options.js';

/** What the environment says, unless it says nothing. */
const setIn = ({ env }: Io, name: string): string | undefined => env[name] || undefined;

/** A development gateway makes its own: what is in the shell is most likely its agent's of the start before. */
function adminToken(variable: string, { dev }: ServeOptions, io: Io): string | undefined {
  const token = setIn(io, variable);
  if (token === undefined || dev !== true) return token;
  io.note(`${variable} is ignored under --dev: the admin token is made.`);
  return undefined;
}

function rampartOptions(options: ServeOptions, io: Io): RampartOptions {
  const { cwd } = io;
  const token = adminToken(ADMIN_VARIABLES.rampart, options, io);
  return {
    mode: options.mode,
    metrics: options.metrics === true,
    ...(token !== undefined && { adminToken: token }),
    ...(options.config !== undefined && { policyFile: resolve(cwd, options.config) }),
    ...(options.policies !== undefined && { policyDirectory: resolve(cwd, options.policies) }),
    ...(options.profile !== undefined && { profile: options.profile }),
    ...(options.approvalTimeout !== undefined && { approvalTimeoutMs: options.approvalTimeout }),
  };
}

function meshguardOptions(options: ServeOptions, io: Io): MeshGuardOptions {
  const token = adminToken(ADMIN_VARIABLES.meshguard, options, io);
  const jwtSecret = setIn(io, 'MESHGUARD_JWT_SECRET');
  const webhookSecret = setIn(io, 'MESHGUARD_WEBHOOK_SECRET');
  const { meshguardAlerts: webhookUrl, dev } = options;
  const alerts = webhookUrl !== undefined && {
    webhookUrl,
    ...(webhookSecret !== undefined && { webhookSecret }),
    environment: dev === true ? 'development' : 'production',
  };
  return {
    metrics: options.metrics === true,
    ...(options.meshguardMode !== undefined && { mode: options.meshguardMode }),
    ...(token !== undefined && { adminToken: token }),
    ...(jwtSecret !== undefined && { jwtSecret }),
    ...(alerts && { alerts }),
    ...(options.meshguardPolicies !== undefined && { policyDirectory: resolve(io.cwd, options.meshguardPolicies) }),
    ...(options.proxyTarget !== undefined && { proxyTarget: options.proxyTarget }),
    ...(options.approvalTimeout !== undefined && { approvalTimeoutMs: options.approvalTimeout }),
  };
}

function aegisOptions(options: ServeOptions, io: Io): AegisOptions {
  const key = adminToken(ADMIN_VARIABLES.aegis, options, io);
  return {
    flatBody: options.aegisFlatBody === true,
    ...(options.aegisPrecedence !== undefined && { precedence: options.aegisPrecedence }),
    ...(key !== undefined && { adminKey: key }),
    ...(options.approvalTimeout !== undefined && { escalationTimeoutMs: options.approvalTimeout }),
  };
}

/** What the gateway is told, from the command line and the environment. Paths are the caller's, wherever the program lies. */
export function gatewayOptions(options: ServeOptions, store: string, io: Io): GatewayOptions {
  const { without = [] } = options;
  const log = logFor(options, io);
  return {
    store,
    dev: options.dev === true,
    allowPrivateTargets: options.allowPrivateTargets === true,
    ...(log !== undefined && { log }),
    rampart: !without.includes('rampart') && rampartOptions(options, io),
    meshguard: !without.includes('meshguard') && meshguardOptions(options, io),
    aegis: !without.includes('aegis') && aegisOptions(options, io),
  };
}
