import type { FastifyReply } from 'fastify';
import { LedgerDamagedError } from '../ledger/errors.js';
import type { Ledger } from '../ledger/ledger.js';

/** The header that an export carries when the gateway does not believe the log itself: what is wrong with it. */
const DAMAGE_HEADER = 'sallyport-ledger-damaged';

const MAX_CHARS = 1000;

/** Says of a log that is handed out as it is whether it is damaged: an auditor must be able to see the bad lines. */
export async function tellDamage(reply: FastifyReply, ledger: Ledger, chain: string): Promise<void> {
  try {
    await ledger.assertSound(chain);
  } catch (error) {
    if (!(error instanceof LedgerDamagedError)) throw error;
    // An id comes from a text that somebody may have changed.
    reply.header(DAMAGE_HEADER, error.message.replace(/[^ -~]/g, '?').slice(0, MAX_CHARS));
  }
}
