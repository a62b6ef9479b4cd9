import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { ConfigurationError } from '@sallyport/core';
import type { Lane } from '../engine/unit.js';
import { UnitConflictError } from '../store/errors.js';
import type { Store } from '../store/store.js';

const ALGORITHM = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Seals secrets for the store with AES-256-GCM: nonce, then ciphertext, then tag. The name is bound in. */
export class SecretBox {
  readonly #key: Buffer;

  /** @param key - 32 bytes. */
  constructor(key: Buffer) {
    this.#key = key;
  }

  seal(name: string, secret: Uint8Array): Buffer {
    // Never from a seed: a nonce that comes twice under one key gives both secrets away.
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(ALGORITHM, this.#key, nonce).setAAD(Buffer.from(name));
    return Buffer.concat([nonce, cipher.update(secret), cipher.final(), cipher.getAuthTag()]);
  }

  /** @throws ConfigurationError when the secret was sealed under another key or name, or was changed. */
  open(name: string, sealed: Uint8Array): Buffer {
    try {
      const bytes = Buffer.from(sealed);
      const decipher = createDecipheriv(ALGORITHM, this.#key, bytes.subarray(0, NONCE_BYTES))
        .setAAD(Buffer.from(name))
        .setAuthTag(bytes.subarray(-TAG_BYTES));
      return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
    } catch (error) {
      throw new ConfigurationError(
        `The secret "${name}" in the database does not open: the master key is not the one that it was sealed under. ` +
          'Restore the key file beside the database from your backup, or set SALLYPORT_MASTER_KEY to that key.',
        { cause: error },
      );
    }
  }
}

/** Whether a store holds secrets already: then only the key that they were sealed under will do. */
export async function holdsSecrets(store: Pick<Store, 'all'>): Promise<boolean> {
  return (await store.all({ sql: 'SELECT name FROM secrets LIMIT 1', params: [] })).length > 0;
}

/** A secret that the store keeps: read when it is there, else made and kept. The same for all who ask at once. */
export async function keptSecret(lane: Lane, box: SecretBox, name: string, make: () => Uint8Array): Promise<Buffer> {
  const attempt = (): Promise<Uint8Array> =>
    lane.run({
      chains: [],
      load: [{ sql: 'SELECT value FROM secrets WHERE name = ?', params: [name] }],
      decide: ([rows]) => {
        const kept = rows?.[0]?.['value'];
        if (kept instanceof Uint8Array) return { answer: kept };
        const sealed = box.seal(name, make());
        return {
          writes: [{ sql: 'INSERT INTO secrets (name, value) VALUES (?, ?)', params: [name, sealed] }],
          answer: sealed,
        };
      },
    });
  try {
    return box.open(name, await attempt());
  } catch (error) {
    // Another replica has made it in the meantime.
    if (error instanceof UnitConflictError) return box.open(name, await attempt());
    throw error;
  }
}
