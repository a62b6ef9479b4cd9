import type { RemoteOptions } from '../declare/options.js';
import type { CreateTokenOptions } from '../declare/tokens.js';
import { EXIT, type ExitCode } from '../exit.js';
import { type CredentialView, createCredential, listCredentials, revokeCredential } from '../gateway/operations.js';
import { withGateway } from '../gateway/session.js';
import type { Io } from '../terminal/io.js';
import { style } from '../terminal/style.js';
import { table } from '../terminal/table.js';

const day = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

function state({ revokedAt, expiresAt }: CredentialView, now: number): string {
  if (revokedAt !== undefined) return `revoked ${day(revokedAt)}`;
  if (expiresAt === undefined) return 'valid';
  return expiresAt <= now ? `expired ${day(expiresAt)}` : `valid until ${day(expiresAt)}`;
}

/** Makes a credential; its token goes to standard output and nowhere else. */
export function create(options: CreateTokenOptions, io: Io): Promise<ExitCode> {
  const { dialect, role, name: subject, policy, expires, note } = options;
  return withGateway(options, io, async (caller) => {
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
  return withGateway(options, io, async (caller) => {
    const credentials = await caller.call(listCredentials, undefined);
    if (options.json === true) {
      io.print(JSON.stringify(credentials));
      return EXIT.ok;
    }
    const now = Date.now();
    const [heading = '', ...lines] = table(
      ['ID', 'TOKEN', 'ROLES', 'NAME', 'STATE', 'NOTE'],
      credentials.map((credential) => [
        credential.id,
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
  return withGateway(options, io, async (caller) => {
    await caller.call(revokeCredential, id);
    io.print(options.json === true ? JSON.stringify({ id, revoked: true }) : `${id} is revoked.`);
    return EXIT.ok;
  });
}
