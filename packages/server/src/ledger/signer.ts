import { formatCheckpoint, type NoteSigner, noteKeys, noteSigner, signNote } from '@sallyport/verify';

/** The name of the gateway's key in its signatures, and the first part of its logs' origins. */
const NAME = 'sallyport';

/** Bytes of the seed that a signing key is made of. */
export const SEED_BYTES = 32;

/** What a chain's tree is called in its checkpoints. */
export const originOf = (chain: string): string => `${NAME}/${chain}`;

/** Signs checkpoints of chains as C2SP signed notes. */
export class CheckpointSigner {
  readonly #signer: NoteSigner;

  /** @param seed - 32 secret bytes. */
  constructor(seed: Uint8Array) {
    this.#signer = noteSigner(noteKeys(NAME, seed).signer);
  }

  /** `name+id+base64`, for verifiers' configuration. */
  get publicKey(): string {
    return this.#signer.verifierKey;
  }

  sign(chain: string, size: number, root: Uint8Array): string {
    return signNote(formatCheckpoint({ origin: originOf(chain), size, root }), [this.#signer]);
  }
}
