import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

/** The name of the gateway's key in its signatures. */
const KEY_NAME = 'sallyport';
const ED25519 = 1;
const PUBLIC_KEY_BYTES = 32;

/** A new Ed25519 key in PKCS #8 form, to be kept sealed. */
export function newSigningKey(): Buffer {
  return generateKeyPairSync('ed25519').privateKey.export({ format: 'der', type: 'pkcs8' });
}

/** Signs checkpoints of chains as C2SP signed notes. */
export class CheckpointSigner {
  /** `name+id+base64`, for verifiers' configuration. */
  readonly publicKey: string;
  readonly #key: KeyObject;
  readonly #id: Buffer;

  /** @param pkcs8 - as `newSigningKey` gives it. */
  constructor(pkcs8: Buffer) {
    this.#key = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
    const spki = createPublicKey(this.#key).export({ format: 'der', type: 'spki' });
    const key = Buffer.concat([Buffer.from([ED25519]), spki.subarray(-PUBLIC_KEY_BYTES)]);
    this.#id = createHash('sha256').update(`${KEY_NAME}\n`).update(key).digest().subarray(0, 4);
    this.publicKey = `${KEY_NAME}+${this.#id.toString('hex')}+${key.toString('base64')}`;
  }

  /** The checkpoint of a tree; its origin is `sallyport/<chain>`. */
  sign(chain: string, size: number, root: Buffer): string {
    const text = `${KEY_NAME}/${chain}\n${size}\n${root.toString('base64')}\n`;
    const signature = Buffer.concat([this.#id, sign(null, Buffer.from(text), this.#key)]);
    return `${text}\n— ${KEY_NAME} ${signature.toString('base64')}\n`;
  }
}
