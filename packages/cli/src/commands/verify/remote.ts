import { LogWatcher, noteVerifier, openCheckpoint, openNote, parseCheckpoint, verifyChain } from '@sallyport/verify';
import { EXIT, Failure } from '../../exit.js';
import { consistencyProof, type SignedCheckpoint, signedCheckpoint } from '../../gateway/checkpoint.js';
import { exportedLog } from '../../gateway/exported-log.js';
import { refusedByGateway } from '../../gateway/failures.js';
import { type Session, withGateway } from '../../gateway/session.js';
import type { Io } from '../../terminal/io.js';
import { formulaOf } from './formulas.js';
import { held } from './held.js';
import { readMemory, writeMemory } from './memory.js';
import type { VerifyOptions } from './options.js';
import type { LogReport } from './report.js';

/** Fetches a gateway's log and checks it here. */
export function verifyRemote(url: string, options: VerifyOptions, io: Io): Promise<LogReport> {
  const { token, dialect, remember, key } = options;
  const to = { url, ...(token !== undefined && { token }), ...(dialect !== undefined && { dialect }) };
  return withGateway(to, io, (session) =>
    held<LogReport>(async () => {
      if (remember !== undefined) return verifyRemembered(session, { ...options, remember }, io);
      return key === undefined ? verifyExport(session) : verifySigned(session, key);
    }),
  );
}

async function verifyExport(
  session: Session,
  checkpoint?: { readonly size: number; readonly root: Uint8Array },
): Promise<LogReport> {
  const formula = formulaOf(session.dialect);
  let damage: string | undefined;
  const lines = exportedLog(session, (said) => {
    damage = said;
  });
  const report = await verifyChain(lines, { formula, ...(checkpoint !== undefined && { checkpoint }) });
  // What is wrong beside the lines, such as what is searched by, only the gateway can see.
  if (report.ok && damage !== undefined) throw refusedByGateway(damage);
  return report;
}

/** Holds the log to what the gateway signs about it now, with the key that the user trusts. */
async function verifySigned(session: Session, key: string): Promise<LogReport> {
  const verifiers = [noteVerifier(key)];
  const { note } = await signedCheckpoint(session);
  return verifyExport(session, openCheckpoint(note, verifiers, originOf(note, verifiers)));
}

const originOf = (note: string, verifiers: Parameters<typeof openNote>[1]): string =>
  parseCheckpoint(openNote(note, verifiers).text).origin;

/** The key that counts: what the user says, what was remembered, and what the gateway claims only at the first meeting. */
function trustedKey(key: string | undefined, remembered: string | undefined, { claimedKey }: SignedCheckpoint): string {
  const trusted = key ?? remembered ?? claimedKey;
  if (trusted !== undefined) return trusted;
  throw new Failure('The gateway does not say which key it signs with.', EXIT.usage, 'Give --key.');
}

/** Holds the log to what was remembered, and to what the gateway signs about it now; then remembers that. */
async function verifyRemembered(
  session: Session,
  { remember, key }: VerifyOptions & { readonly remember: string },
  io: Io,
): Promise<LogReport> {
  const memory = readMemory(remember, io);
  const signed = await signedCheckpoint(session);
  const trusted = trustedKey(key, memory?.key, signed);
  const verifiers = [noteVerifier(trusted)];
  const next = parseCheckpoint(openNote(signed.note, verifiers).text);
  const origin = memory?.state.origin ?? next.origin;
  const watcher = new LogWatcher({ origin, verifiers, ...(memory && { state: memory.state }) });
  const grown = memory !== undefined && next.size > memory.state.size;
  const proof = grown ? await consistencyProof(session, memory.state.size, next.size) : undefined;
  const { checkpoint } = watcher.observe(signed.note, proof);
  const report = await verifyExport(session, checkpoint);
  if (report.ok && watcher.state !== undefined) writeMemory(remember, { key: trusted, state: watcher.state }, io);
  if (memory === undefined && key === undefined) io.note(`Remembered in ${remember}, with the key ${trusted}`);
  return report;
}
