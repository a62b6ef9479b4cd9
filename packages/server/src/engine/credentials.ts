import { SallyportError } from '@sallyport/core';
import { branded } from '@sallyport/core/internal';

/** The last admin's credential stays: nobody could make another. Nothing was revoked: HTTP 409. */
export class LastAdminError extends SallyportError {
  static override readonly code: string = 'last_admin';

  static {
    branded(LastAdminError, 'server', 'LastAdminError');
  }
}

/** Kept apart everywhere: an agent's credential can never approve, confirm or widen its own call. */
export type Role = 'agent' | 'approver' | 'admin';

/** A credential, without its secret. */
export interface Credential {
  /** Stable id: `server/admin` for the configured one, else `credential-` and 12 hex digits of the token's hash. */
  readonly id: string;
  /** The dialect that it is good for; `*` for all. */
  readonly dialect: string;
  readonly tenant: string;
  readonly roles: readonly Role[];
  /** The agent or person that it names; undefined for the configured admin token. */
  readonly subject?: string;
  /** Dialect-specific restriction, such as Rampart's policy binding. */
  readonly policy?: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly expiresAt?: number;
  readonly revokedAt?: number;
  readonly note?: string;
  /** First characters of the token, for lists. */
  readonly prefix: string;
}

/** What is needed to make a credential. */
export interface NewCredential {
  readonly dialect: string;
  readonly tenant?: string;
  readonly roles: readonly Role[];
  readonly subject?: string;
  readonly policy?: string;
  readonly expiresAt?: number;
  readonly note?: string;
  /** The secret to use, for configured tokens; made from random bytes when absent. */
  readonly token?: string;
  /** Leaves in force whatever has the same id: another replica's. @defaultValue `false`: the new one takes its place */
  readonly beside?: boolean;
  /** Put before a made token: `rampart_`. */
  readonly tokenPrefix?: string;
}

/** Tokens are stored as SHA-256 and looked up by it; expired and revoked ones are returned, for the dialect to name. */
export interface Credentials {
  find(token: string): Credential | undefined | Promise<Credential | undefined>;
  create(credential: NewCredential): Promise<{ readonly token: string; readonly credential: Credential }>;
  list(dialect?: string): Promise<readonly Credential[]>;
  /**
   * False when there is no such credential.
   *
   * @param dialect - whose it is: configured admin tokens have the same id in each. Any when absent.
   * @throws LastAdminError when nobody could administer the dialect then.
   */
  revoke(id: string, dialect?: string): Promise<boolean>;
}
