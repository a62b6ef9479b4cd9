import type { Caller } from '@sallyport/core/internal';
import {
  type ChainReport,
  LogWatcher,
  noteVerifier,
  openNote,
  parseCheckpoint,
  rampartFormula,
  VerificationError,
  verifyChain,
} from '@sallyport/verify';
import type { VerifyOptions } from '../../declare/verify.js';
import { EXIT, Failure } from '../../exit.js';
import { consistencyProof, signedCheckpoint } from '../../gateway/checkpoint.js';
import { exportedLog } from '../../gateway/exported-log.js';
import { withGateway } from '../../gateway/session.js';
import type { Io } from '../../terminal/io.js';
import { readMemory, writeMemory } from './memory.js';

/** Fetches a gateway's log and checks it here. */
export function verifyRemote(url: string, options: VerifyOptions, io: Io): Promise<ChainReport> {
  const { token, remember } = options;
  return withGateway({ url, ...(token !== undefined && { token }) }, io, (caller) =>
    remember === undefined
      ? verifyChain(exportedLog(caller), { formula: rampartFormula })
      : verifyRemembered(caller, { ...options, remember }, io),
  );
}

/** Holds the log to what was remembered, and to what the gateway signs about it now; then remembers that. */
async function verifyRemembered(
  caller: Caller,
  { remember, key }: VerifyOptions & { readonly remember: string },
  io: Io,
): Promise<ChainReport> {
  const memory = readMemory(remember, io);
  const { note, claimedKey } = await signedCheckpoint(caller);
  const trusted = key ?? memory?.key ?? claimedKey;
  if (trusted === undefined)
    throw new Failure('The gateway does not say which key it signs with.', EXIT.usage, 'Give --key.');
  try {
    const verifiers = [noteVerifier(trusted)];
    const next = parseCheckpoint(openNote(note, verifiers).text);
    const origin = memory?.state.origin ?? next.origin;
    const watcher = new LogWatcher({ origin, verifiers, ...(memory && { state: memory.state }) });
    const grown = memory !== undefined && next.size > memory.state.size;
    const proof = grown ? await consistencyProof(caller, memory.state.size, next.size) : undefined;
    const { checkpoint } = watcher.observe(note, proof);
    const report = await verifyChain(exportedLog(caller), { formula: rampartFormula, checkpoint });
    if (report.ok && watcher.state !== undefined) writeMemory(remember, { key: trusted, state: watcher.state }, io);
    if (memory === undefined && key === undefined) io.note(`Remembered in ${remember}, with the key ${trusted}`);
    return report;
  } catch (error) {
    if (!(error instanceof VerificationError)) throw error;
    throw new Failure(`The log is not what it was signed to be: ${error.message} [${error.code}]`, EXIT.no);
  }
}
