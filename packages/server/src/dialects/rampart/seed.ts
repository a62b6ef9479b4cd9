import { randomBytes } from 'node:crypto';
import type { Engine } from '../../engine/engine.js';
import type { RampartOptions } from './options.js';

/** Demo credentials of a development gateway, in clear. */
export interface DevCredentials {
  /** An agent's: may ask for decisions, report outcomes, and wait for its own approvals. */
  readonly token: string;
  /** A human's: may read and resolve approvals, and nothing else. */
  readonly approverToken: string;
  /** May do everything. */
  readonly adminToken: string;
}

const TOKEN_BYTES = 24;
const ADMIN_TOKEN_BYTES = 32;

/** Never from a seed: whoever knows the seed would know every secret. */
const draw = (bytes: number): string => randomBytes(bytes).toString('hex');

/** Draws the tokens, once for each process: they stay the same however often the store is reset. */
export function drawDevCredentials({ adminToken }: RampartOptions): DevCredentials {
  return {
    token: `rampart_${draw(TOKEN_BYTES)}`,
    approverToken: `rampart_${draw(TOKEN_BYTES)}`,
    adminToken: adminToken ?? draw(ADMIN_TOKEN_BYTES),
  };
}

/**
 * Puts the demo credentials into the store. The agent's names no agent, so that calls keep the name they are sent with
 * and the policies' own default action counts.
 */
export async function seedDevCredentials(
  engine: Pick<Engine, 'credentials'>,
  { token, approverToken, adminToken }: DevCredentials,
): Promise<void> {
  const { credentials } = engine;
  await Promise.all([
    credentials.create({ dialect: 'rampart', roles: ['agent'], note: 'development agent', token }),
    credentials.create({ dialect: 'rampart', roles: ['approver'], note: 'development approver', token: approverToken }),
    useAdminToken(engine, adminToken),
  ]);
}

/**
 * Sees to it that somebody can administer the gateway: with the configured token, the one of an earlier start, or a
 * new one, which is returned because nobody else knows it.
 */
export async function ensureAdmin(
  engine: Pick<Engine, 'credentials'>,
  { adminToken }: RampartOptions,
): Promise<{ readonly adminToken: string } | undefined> {
  if (adminToken !== undefined) {
    await useAdminToken(engine, adminToken);
    return undefined;
  }
  const known = await engine.credentials.list('rampart');
  if (known.some(({ roles, revokedAt }) => roles.includes('admin') && revokedAt === undefined)) return undefined;
  const made = draw(ADMIN_TOKEN_BYTES);
  await useAdminToken(engine, made);
  return { adminToken: made };
}

/** Makes a token the one that holds every scope; the one before it is worth nothing from then on. */
async function useAdminToken({ credentials }: Pick<Engine, 'credentials'>, token: string): Promise<void> {
  await credentials.create({ dialect: 'rampart', roles: ['agent', 'approver', 'admin'], note: 'admin token', token });
}
