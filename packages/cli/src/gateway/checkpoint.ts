import type { Operation } from '@sallyport/core';
import { path, zodDecoder } from '@sallyport/core/internal';
import { z } from 'zod';
import type { Session } from './session.js';

/** What a gateway says about its log. */
export interface SignedCheckpoint {
  /** A C2SP signed note. */
  readonly note: string;
  /** The key that it claims to sign with: worth something only when it was seen before. */
  readonly claimedKey: string | undefined;
}

const checkpoint: Operation<string, string> = {
  name: 'log.checkpoint',
  method: 'GET',
  path: (chain) => path`/sallyport/v1/log/${chain}/checkpoint`,
  auth: 'token',
  retry: 'safe',
  reads: 'text',
  decode: (body) => String(body),
};

const consistency: Operation<
  { readonly chain: string; readonly from: number; readonly to: number },
  readonly Uint8Array[]
> = {
  name: 'log.consistency',
  method: 'GET',
  path: ({ chain }) => path`/sallyport/v1/log/${chain}/consistency`,
  query: ({ from, to }) => ({ from, to }),
  auth: 'token',
  retry: 'safe',
  decode: zodDecoder(
    z.object({ proof: z.array(z.string()) }).transform(({ proof }) => proof.map((hash) => Buffer.from(hash, 'hex'))),
  ),
};

/** Asks a gateway to sign where its log stands. */
export async function signedCheckpoint({ caller, dialect }: Session): Promise<SignedCheckpoint> {
  const { data: note, meta } = await caller.call(checkpoint, dialect).withResponse();
  const claimed = meta.headers['sallyport-checkpoint-key'];
  return { note, claimedKey: typeof claimed === 'string' ? claimed : undefined };
}

/** Asks for the proof that the log at `to` records is the log at `from` records, and more. */
export function consistencyProof(
  { caller, dialect }: Session,
  from: number,
  to: number,
): Promise<readonly Uint8Array[]> {
  return caller.call(consistency, { chain: dialect, from, to });
}
