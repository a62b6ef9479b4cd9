import { EXIT, type ExitCode, Failure } from '../exit.js';
import { type CredentialView, createCredential, listCredentials, revokeCredential } from '../gateway/operations.js';
import { askEach, asking, type RemoteOptions, type Session, withGateway, withGateways } from '../gateway/session.js';
import type { Io } from '../terminal/io.js';
import { style } from '../terminal/style.js';
import { table } from '../terminal/table.js';

/** What `tokens create` was told. */
export interface CreateTokenOptions extends RemoteOptions {
  readonly role: 'agent' | 'approver' | 'admin';
  readonly name?: string;
  readonly policy?: string;
  /** Milliseconds. */
  readonly expires?: number;
  readonly note?: string;
}

const day = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

function state({ revokedAt, expiresAt }: CredentialView, now: number): string {
  if (revokedAt !== undefined) return `revoked ${day(revokedAt)}`;
  if (expiresAt === undefined) return 'valid';
  return expiresAt <= now ? `expired ${day(expiresAt)}` : `valid until ${day(expiresAt)}`;
}

/** Makes a credential; its token goes to standard output and nowhere else. */
export function create(options: CreateTokenOptions, io: Io): Promise<ExitCode> {
  const { role, name: subject, policy, expires, note } = options;
  return withGateway(options, io, async ({ caller, dialect }) => {
    const made = await caller.call(createCredential, {
      dialect,
      roles: [role],
      ...(subject !== undefined && { subject }),
      ...(policy !== undefined && { policy }),
      ...(expires !== undefined && { expiresAt: Date.now() + expires }),
      ...(note !== undefined && { note }),
    });
    if (options.json === true) {
      io.print(JSON.stringify(made));
    } else {
      io.print(made.token);
      io.note(style(io.colour).dim(`${made.credential.id}: this is the only time that the token is shown.`));
    }
    return EXIT.ok;
  });
}

/** Shows every credential, without its secret. */
export function list(options: RemoteOptions, io: Io): Promise<ExitCode> {
  return withGateways(options, io, async (sessions) => {
    const found = await askEach(sessions, io, ({ caller }) => caller.call(listCredentials, undefined));
    const credentials = distinct(found.map(({ answer }) => answer));
    if (options.json === true) {
      io.print(JSON.stringify(credentials));
      return EXIT.ok;
    }
    const now = Date.now();
    const [heading = '', ...lines] = table(
      ['ID', 'PROTOCOL', 'TOKEN', 'ROLES', 'NAME', 'STATE', 'NOTE'],
      credentials.map((credential) => [
        credential.id,
        credential.dialect,
        `${credential.prefix}…`,
        credential.roles.join(', '),
        credential.subject ?? '',
        state(credential, now),
        credential.note ?? '',
      ]),
    );
    io.print(style(io.colour).dim(heading));
    for (const line of lines) io.print(line);
    return EXIT.ok;
  });
}

/** What several credentials see; what two of them see, once. Configured admins have the same id in each protocol. */
function distinct(lists: readonly (readonly CredentialView[])[]): readonly CredentialView[] {
  return [...new Map(lists.flat().map((one) => [`${one.dialect} ${one.id}`, one])).values()];
}

/** Ends a credential. @throws Failure when several protocols have one of this id, and none was named. */
export function revoke(id: string, options: RemoteOptions, io: Io): Promise<ExitCode> {
  return withGateways(options, io, async (sessions) => {
    const [only, ...others] = sessions;
    const holders = others.length === 0 ? sessions : await holdersOf(id, sessions, io);
    if (holders.length > 1) {
      const names = holders.map(({ dialect }) => dialect);
      throw new Failure(`${id} is one of ${names.join(' and ')}.`, EXIT.usage, 'Say which with --dialect.');
    }
    const session = holders[0] ?? only;
    if (session === undefined) throw new TypeError('there is always a session');
    await asking(session, ({ caller }) => caller.call(revokeCredential, id));
    io.print(options.json === true ? JSON.stringify({ id, revoked: true }) : `${id} is revoked.`);
    return EXIT.ok;
  });
}

/** The sessions whose own protocol has a credential of this id. */
async function holdersOf(id: string, sessions: readonly Session[], io: Io): Promise<readonly Session[]> {
  const found = await askEach(sessions, io, ({ caller }) => caller.call(listCredentials, undefined));
  return found.filter(({ answer }) => answer.some((one) => one.id === id)).map(({ session }) => session);
}
