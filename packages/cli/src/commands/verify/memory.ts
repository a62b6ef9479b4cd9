import { existsSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Checkpoint, noteVerifier, openCheckpoint, type WatcherState } from '@sallyport/verify';
import { z } from 'zod';
import { EXIT, Failure } from '../../exit.js';
import { readText } from '../../terminal/files.js';
import type { Io } from '../../terminal/io.js';

/** What is remembered of a log between two verifications. */
export interface Memory {
  /** The gateway's key, `name+id+base64`, as it was given or first seen. */
  readonly key: string;
  readonly state: WatcherState;
}

const memory: z.ZodType<Memory> = z.object({
  key: z.string(),
  state: z.object({ origin: z.string(), size: z.number(), root: z.string(), note: z.string() }),
});

/** @throws Failure when the file is there and is none of ours. */
export function readMemory(path: string, io: Io): Memory | undefined {
  if (!existsSync(resolve(io.cwd, path))) return undefined;
  const text = readText(path, io);
  try {
    return memory.parse(JSON.parse(text));
  } catch {
    throw new Failure(
      `${path} does not remember a log.`,
      EXIT.usage,
      'Name the file that --remember wrote before, or a new one.',
    );
  }
}

/**
 * The remembered checkpoint: not what the file says of it, but what was signed.
 *
 * @throws Failure when there is none. @throws VerificationError when the key did not sign it.
 */
export function rememberedCheckpoint(path: string, key: string | undefined, io: Io): Checkpoint {
  const memory = readMemory(path, io);
  if (memory === undefined) throw new Failure(`Cannot read ${path}: there is no such file.`, EXIT.usage);
  const { note, origin } = memory.state;
  return openCheckpoint(note, [noteVerifier(key ?? memory.key)], origin);
}

export function writeMemory(path: string, remembered: Memory, { cwd }: Io): void {
  writeFileSync(resolve(cwd, path), `${JSON.stringify(remembered, null, 2)}\n`);
}
