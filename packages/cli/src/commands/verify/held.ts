import { VerificationError } from '@sallyport/verify';
import { EXIT, Failure } from '../../exit.js';

const KEY_HINT = 'The key is that of --key, else the remembered one. Ask who runs the gateway whether it has changed.';

/** Says of a signature or a proof that does not hold what it says of the log: such a fault has no line. */
export async function held<T>(check: () => Promise<T>): Promise<T> {
  try {
    return await check();
  } catch (error) {
    if (!(error instanceof VerificationError)) throw error;
    throw new Failure(
      `The log is not what it was signed to be: ${error.message} [${error.code}]`,
      EXIT.no,
      error.code === 'unknown_key' ? KEY_HINT : undefined,
    );
  }
}
