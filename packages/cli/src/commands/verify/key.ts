import { noteVerifier, VerificationError } from '@sallyport/verify';
import { EXIT, Failure } from '../../exit.js';

/** @throws Failure when a text is no key, which says nothing about any log. */
export function checkKey(key: string): void {
  try {
    noteVerifier(key);
  } catch (error) {
    if (!(error instanceof VerificationError)) throw error;
    throw new Failure(
      `--key is no public key of checkpoints: ${error.message}.`,
      EXIT.usage,
      'A gateway says its key in the header sallyport-checkpoint-key of /sallyport/v1/log/{chain}/checkpoint.',
    );
  }
}
