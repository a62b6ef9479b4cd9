import { EXIT, type ExitCode } from '../exit.js';
import { type CredentialView, createCredential, listCredentials, revokeCredential } from '../gateway/operations.js';
import { askEach, askInTurn, type RemoteOptions, withGateway, withGateways } from '../gateway/session.js';
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
    const credentials = [...new Map(found.flatMap(({ answer }) => answer.map((item) => [item.id, item]))).values()];
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

/** Ends a credential. */
export function revoke(id: string, options: RemoteOptions, io: Io): Promise<ExitCode> {
  return withGateways(options, io, async (sessions) => {
    await askInTurn(sessions, ({ caller }) => caller.call(revokeCredential, id));
    io.print(options.json === true ? JSON.stringify({ id, revoked: true }) : `${id} is revoked.`);
    return EXIT.ok;
  });
}
