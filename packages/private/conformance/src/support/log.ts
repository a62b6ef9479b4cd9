import { LogWatcher, noteVerifier, type WatcherState } from '@sallyport/verify';
import type { Rig } from './rig.js';

const hashes = (proof: unknown): readonly Uint8Array[] =>
  Array.isArray(proof) ? proof.map((hash) => Buffer.from(String(hash), 'hex')) : [];

/** What a gateway proves about its log. */
export interface ProvenLog {
  /** Its name. */
  readonly chain: string;
  /** A signed note. */
  checkpoint(): Promise<{ readonly note: string; readonly key: string }>;
  inclusion(seq: number, size: number): Promise<readonly Uint8Array[]>;
  consistency(from: number, to: number): Promise<readonly Uint8Array[]>;
  /** Raw records. */
  lines(): Promise<readonly string[]>;
}

/** One log of a gateway, and who asks for it: anybody with a token may have proofs, admins the records. */
export interface LogAccess extends Pick<Rig, 'send' | 'tokens'> {
  /** @defaultValue `rampart` */
  readonly chain?: string;
}

/** The log of a rig's gateway. */
export function provenLog({ send, tokens, chain = 'rampart' }: LogAccess): ProvenLog {
  const place = `/sallyport/v1/log/${chain}`;
  const proof = async (path: string) => {
    const { status, body, text } = await send('GET', `${place}/${path}`);
    if (status !== 200) throw new Error(`${path}: ${text}`);
    return hashes(body['proof']);
  };
  return {
    chain,
    async checkpoint() {
      const { text: note, headers } = await send('GET', `${place}/checkpoint`);
      return { note, key: headers.get('sallyport-checkpoint-key') ?? '' };
    },
    inclusion: (seq, size) => proof(`inclusion?seq=${seq}&size=${size}`),
    consistency: (from, to) => proof(`consistency?from=${from}&to=${to}`),
    async lines() {
      const { text } = await send('GET', `${place}/export`, { token: tokens.admin });
      return text.split('\n').slice(0, -1);
    },
  };
}

/** What somebody outside keeps of a log. */
export interface Memory {
  readonly key: string;
  readonly state: WatcherState | undefined;
}

/** Looks at a log as somebody does who remembers what it was, and gives what to remember now. @throws VerificationError */
export async function watchLog(log: ProvenLog, memory?: Memory): Promise<Memory> {
  const { note, key: claimed } = await log.checkpoint();
  const key = memory?.key ?? claimed;
  const state = memory?.state;
  const verifiers = [noteVerifier(key)];
  const watcher = new LogWatcher({ origin: `sallyport/${log.chain}`, verifiers, ...(state && { state }) });
  const size = Number(note.split('\n')[1]);
  const grown = state !== undefined && size > state.size;
  watcher.observe(note, grown ? await log.consistency(state.size, size) : undefined);
  return { key, state: watcher.state };
}
