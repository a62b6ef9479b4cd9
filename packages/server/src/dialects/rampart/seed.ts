import { randomBytes } from 'node:crypto';
import { devToken } from '../../engine/dev-token.js';
import type { Engine } from '../../engine/engine.js';
import type { RampartOptions } from './options.js';
import { ADMIN_TOKEN_PREFIX, adminTokenTaken, TOKEN_PREFIX } from './settings.js';

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
const AGENT_NOTE = 'development agent';
const APPROVER_NOTE = 'development approver';
const DEMO_NOTES: ReadonlySet<string | undefined> = new Set([AGENT_NOTE, APPROVER_NOTE]);

const draw = (bytes: number): string => randomBytes(bytes).toString('hex');

/** Draws the tokens, once for each store: they stay the same however often it is opened or reset. */
export async function drawDevCredentials(
  engine: Pick<Engine, 'secret'>,
  { adminToken }: RampartOptions,
): Promise<DevCredentials> {
  const drawn = (name: string, bytes = TOKEN_BYTES) => devToken(engine, `rampart-${name}`, bytes);
  return {
    token: `${TOKEN_PREFIX}${await drawn('agent')}`,
    approverToken: `${TOKEN_PREFIX}${await drawn('approver')}`,
    adminToken: adminToken ?? (await drawn('admin', ADMIN_TOKEN_BYTES)),
  };
}

/**
 * Puts the demo credentials into the store. The agent's names no agent, so that calls keep the name they are sent with
 * and the policies' own default action counts. On a store that is shared, those of other gateways stay good.
 */
export async function seedDevCredentials(
  engine: Pick<Engine, 'credentials'> & { readonly store: Pick<Engine['store'], 'shared'> },
  { token, approverToken, adminToken }: DevCredentials,
): Promise<void> {
  const { credentials, store } = engine;
  const [agent, approver] = await Promise.all([
    credentials.create({ dialect: 'rampart', roles: ['agent'], note: AGENT_NOTE, token }),
    credentials.create({ dialect: 'rampart', roles: ['approver'], note: APPROVER_NOTE, token: approverToken }),
    useAdminToken(engine, adminToken, store.shared),
  ]);
  if (!store.shared) await revokeDemo(engine, new Set([agent.credential.id, approver.credential.id]));
}

/** Ends the demo credentials of earlier starts on the same store, which are in somebody's terminal still. */
async function revokeDemo({ credentials }: Pick<Engine, 'credentials'>, kept: ReadonlySet<string>): Promise<void> {
  const stale = (await credentials.list('rampart')).filter(
    ({ id, note, subject, revokedAt }) =>
      subject === undefined && DEMO_NOTES.has(note) && revokedAt === undefined && !kept.has(id),
  );
  await Promise.all(stale.map(({ id }) => credentials.revoke(id)));
}

/**
 * Sees to it that somebody can administer the gateway: with the configured token, the one of an earlier start, or a
 * new one, which is returned because nobody else knows it.
 */
export async function ensureAdmin(
  engine: Pick<Engine, 'credentials'>,
  { adminToken }: RampartOptions,
): Promise<{ readonly adminToken: string } | undefined> {
  await revokeDemo(engine, new Set());
  if (adminToken !== undefined) {
    await useAdminToken(engine, adminToken);
    return undefined;
  }
  const known = await engine.credentials.list('rampart');
  if (known.some(({ roles, revokedAt }) => roles.includes('admin') && revokedAt === undefined)) return undefined;
  const made = `${ADMIN_TOKEN_PREFIX}${draw(ADMIN_TOKEN_BYTES)}`;
  await useAdminToken(engine, made);
  return { adminToken: made };
}

/**
 * Makes a token the one that holds every scope; the one before it is worth nothing from then on, unless it is to stay
 * good beside it.
 *
 * @throws ConfigurationError when the token is an agent's or an approver's: whoever has it would become admin.
 */
async function useAdminToken(
  { credentials }: Pick<Engine, 'credentials'>,
  token: string,
  beside = false,
): Promise<void> {
  const known = await credentials.find(token);
  if (known !== undefined && !known.roles.includes('admin')) throw adminTokenTaken();
  await credentials.create({
    dialect: 'rampart',
    roles: ['agent', 'approver', 'admin'],
    note: 'admin token',
    token,
    beside,
  });
}
