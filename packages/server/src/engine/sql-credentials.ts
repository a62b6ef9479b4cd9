import type { Store } from '../store/store.js';
import { plain } from '../store/work.js';
import { credentialOf, hashOf, isLastAdmin, newCredential, putCredential, sameHash } from './credential-rows.js';
import { type Credential, type Credentials, LastAdminError, type NewCredential } from './credentials.js';
import type { Clock, Random } from './engine.js';
import type { Lane } from './unit.js';

const TOKEN_BYTES = 24;
const CACHED = 10_000;
/** How long a shared store's word is believed, in milliseconds: another replica's revocation counts after that. */
const BELIEVED = 500;

/** What the credentials work with. */
export interface CredentialParts {
  readonly store: Store;
  readonly lane: Lane;
  readonly clock: Clock;
  readonly random: Random;
}

interface Cached {
  readonly credential: Credential;
  /** On the monotonic clock. */
  readonly at: number;
}

/** Credentials in the store, with those that were seen last in memory. */
export class SqlCredentials implements Credentials {
  readonly #parts: CredentialParts;
  readonly #cache = new Map<string, Cached>();
  /** Counts revocations, so that a read that began before one is not kept after it. */
  #generation = 0;

  constructor(parts: CredentialParts) {
    this.#parts = parts;
  }

  find(token: string): Credential | undefined | Promise<Credential | undefined> {
    const hash = hashOf(token);
    const cached = this.#cache.get(hash);
    if (cached === undefined) return this.#load(hash);
    const { store, clock } = this.#parts;
    if (store.shared && clock.monotonic() - cached.at >= BELIEVED) return this.#load(hash);
    return cached.credential;
  }

  async create(asked: NewCredential): Promise<{ readonly token: string; readonly credential: Credential }> {
    const { lane, random } = this.#parts;
    const token = asked.token ?? `${asked.tokenPrefix ?? ''}${random.bytes(TOKEN_BYTES).toString('hex')}`;
    const credential = await lane.run({
      chains: [],
      load: [],
      decide: (_facts, { now }) => {
        const made = newCredential(asked, token, now);
        return { writes: putCredential(made, hashOf(token), asked.beside), answer: made };
      },
    });
    this.forget();
    return { token, credential };
  }

  async list(dialect?: string): Promise<readonly Credential[]> {
    const where = dialect === undefined ? '' : " WHERE dialect = ? OR dialect = '*'";
    const rows = await this.#parts.store.all({
      sql: `SELECT * FROM credentials${where} ORDER BY created_at, id`,
      params: dialect === undefined ? [] : [dialect],
    });
    return rows.map(credentialOf);
  }

  async revoke(id: string, dialect?: string): Promise<boolean> {
    const found = await this.#parts.lane.run({
      chains: [],
      load: [plain('SELECT * FROM credentials')],
      decide: ([rows = []], { now }) => {
        const all = rows.map(credentialOf);
        const meant = all.filter((one) => one.id === id && (dialect === undefined || one.dialect === dialect));
        if (meant.some((one) => isLastAdmin(one, all, now))) {
          throw new LastAdminError('This is the last admin credential; make another before you revoke it.');
        }
        return {
          writes: meant.map((one) => ({
            sql: 'UPDATE credentials SET revoked_at = ? WHERE id = ? AND dialect = ? AND revoked_at IS NULL',
            params: [now, id, one.dialect],
          })),
          answer: meant.length > 0,
        };
      },
    });
    this.forget();
    return found;
  }

  /** Makes the next look-ups ask the store. */
  forget(): void {
    this.#generation += 1;
    this.#cache.clear();
  }

  async #load(hash: string): Promise<Credential | undefined> {
    const { store, clock } = this.#parts;
    const generation = this.#generation;
    const at = clock.monotonic();
    const [row] = await store.all({ sql: 'SELECT * FROM credentials WHERE hash = ?', params: [hash] });
    if (row === undefined || !sameHash(String(row['hash']), hash)) {
      this.#cache.delete(hash);
      return undefined;
    }
    const credential = credentialOf(row);
    if (generation === this.#generation) {
      this.#cache.set(hash, { credential, at });
      const [oldest] = this.#cache.keys();
      if (this.#cache.size > CACHED && oldest !== undefined) this.#cache.delete(oldest);
    }
    return credential;
  }
}
