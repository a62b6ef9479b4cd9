import type { Operation } from '@sallyport/core';
import { type Caller, zodDecoder } from '@sallyport/core/internal';
import { z } from 'zod';

/** What a gateway says about its log. */
export interface SignedCheckpoint {
  /** A C2SP signed note. */
  readonly note: string;
  /** The key that it claims to sign with: worth something only when it was seen before. */
  readonly claimedKey: string | undefined;
}

const checkpoint: Operation<void, string> = {
  name: 'log.checkpoint',
  method: 'GET',
  path: () => '/sallyport/v1/log/rampart/checkpoint',
  auth: 'token',
  retry: 'safe',
  reads: 'text',
  decode: (body) => String(body),
};

const consistency: Operation<{ readonly from: number; readonly to: number }, readonly Uint8Array[]> = {
  name: 'log.consistency',
  method: 'GET',
  path: () => '/sallyport/v1/log/rampart/consistency',
  query: (range) => ({ ...range }),
  auth: 'token',
  retry: 'safe',
  decode: zodDecoder(
    z.object({ proof: z.array(z.string()) }).transform(({ proof }) => proof.map((hash) => Buffer.from(hash, 'hex'))),
  ),
};

/** Asks a gateway to sign where its log stands. */
export async function signedCheckpoint(caller: Caller): Promise<SignedCheckpoint> {
  const { data: note, meta } = await caller.call(checkpoint, undefined).withResponse();
  const claimed = meta.headers['sallyport-checkpoint-key'];
  return { note, claimedKey: typeof claimed === 'string' ? claimed : undefined };
}

/** Asks for the proof that the log at `to` records is the log at `from` records, and more. */
export function consistencyProof(caller: Caller, from: number, to: number): Promise<readonly Uint8Array[]> {
  return caller.call(consistency, { from, to });
}
