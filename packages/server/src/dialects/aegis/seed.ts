import { randomBytes } from 'node:crypto';
import { devToken } from '../../engine/dev-token.js';
import type { Engine } from '../../engine/engine.js';
import { adminKeyTaken, KEY_PREFIX, type Settings } from './settings.js';

/** Demo credentials of a development gateway, in clear. */
export interface DevCredentials {
  /** An agent's: may propose, read decisions, and wait for its own escalations. */
  readonly apiKey: string;
  /** A human's: may answer escalations and read decisions and the audit log, and nothing else. */
  readonly operatorKey: string;
  /** May do everything. */
  readonly adminKey: string;
}

const KEY_BYTES = 24;
const AGENT_NOTE = 'development agent';
const OPERATOR_NOTE = 'development operator';
const DEMO_NOTES: ReadonlySet<string | undefined> = new Set([AGENT_NOTE, OPERATOR_NOTE]);

const draw = (): string => `${KEY_PREFIX}${randomBytes(KEY_BYTES).toString('hex')}`;

/** Draws the keys, once for each store: they stay the same however often it is opened or reset. */
export async function drawDevCredentials(
  engine: Pick<Engine, 'secret'>,
  { adminKey }: Pick<Settings, 'adminKey'>,
): Promise<DevCredentials> {
  const drawn = async (name: string) => `${KEY_PREFIX}${await devToken(engine, `aegis-${name}`, KEY_BYTES)}`;
  return {
    apiKey: await drawn('agent'),
    operatorKey: await drawn('operator'),
    adminKey: adminKey ?? (await drawn('admin')),
  };
}

/** Puts the demo credentials into the store. */
export async function seedDevCredentials(
  engine: Pick<Engine, 'credentials'>,
  { apiKey, operatorKey, adminKey }: DevCredentials,
): Promise<void> {
  const { credentials } = engine;
  const [agent, operator] = await Promise.all([
    credentials.create({ dialect: 'aegis', roles: ['agent'], note: AGENT_NOTE, token: apiKey }),
    credentials.create({ dialect: 'aegis', roles: ['approver'], note: OPERATOR_NOTE, token: operatorKey }),
    useAdminKey(engine, adminKey),
  ]);
  await revokeDemo(engine, new Set([agent.credential.id, operator.credential.id]));
}

/** Ends the demo credentials of earlier starts on the same store, which are in somebody's terminal still. */
async function revokeDemo({ credentials }: Pick<Engine, 'credentials'>, kept: ReadonlySet<string>): Promise<void> {
  const stale = (await credentials.list('aegis')).filter(
    ({ id, note, subject, dialect, revokedAt }) =>
      dialect === 'aegis' && subject === undefined && DEMO_NOTES.has(note) && revokedAt === undefined && !kept.has(id),
  );
  await Promise.all(stale.map(({ id }) => credentials.revoke(id)));
}

/**
 * Sees to it that somebody can administer the gateway: with the configured key, the one of an earlier start, or a new
 * one, which is returned because nobody else knows it.
 */
export async function ensureAdmin(
  engine: Pick<Engine, 'credentials'>,
  { adminKey }: Pick<Settings, 'adminKey'>,
): Promise<{ readonly adminKey: string } | undefined> {
  await revokeDemo(engine, new Set());
  if (adminKey !== undefined) {
    await useAdminKey(engine, adminKey);
    return undefined;
  }
  const known = await engine.credentials.list('aegis');
  if (known.some(({ roles, revokedAt }) => roles.includes('admin') && revokedAt === undefined)) return undefined;
  const made = draw();
  await useAdminKey(engine, made);
  return { adminKey: made };
}

/**
 * Makes a key the one that holds every scope; the one before it is worth nothing from then on.
 *
 * @throws ConfigurationError when the key is somebody else's, who would become admin.
 */
async function useAdminKey({ credentials }: Pick<Engine, 'credentials'>, token: string): Promise<void> {
  const known = await credentials.find(token);
  if (known !== undefined && (known.dialect !== 'aegis' || !known.roles.includes('admin'))) throw adminKeyTaken();
  await credentials.create({ dialect: 'aegis', roles: ['agent', 'approver', 'admin'], note: 'admin key', token });
}
