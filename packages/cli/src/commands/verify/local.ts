import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import { type ChainReport, rampartFormula, verifyChain } from '@sallyport/verify';
import type { VerifyOptions } from '../../declare/verify.js';
import { EXIT, Failure } from '../../exit.js';
import { fileFailure } from '../../terminal/files.js';
import type { Io } from '../../terminal/io.js';

async function* fromFile(path: string, cwd: string): AsyncGenerator<Uint8Array> {
  try {
    yield* createReadStream(resolve(cwd, path));
  } catch (error) {
    throw fileFailure(path, error);
  }
}

/** The first records of a remembered log. */
async function remembered(path: string, io: Io) {
  const memory = (await import('./memory.js')).readMemory(path, io);
  if (memory === undefined) throw new Failure(`Cannot read ${path}: there is no such file.`, EXIT.usage);
  const { size, root } = memory.state;
  return { size, root: Buffer.from(root, 'base64') };
}

/** Checks a file, or standard input for `-`, without a network. */
export async function verifyLocal(target: string, { range, remember }: VerifyOptions, io: Io): Promise<ChainReport> {
  const report = await verifyChain(target === '-' ? process.stdin : fromFile(target, io.cwd), {
    formula: rampartFormula,
    unanchored: range === true ? 'accept' : 'refuse',
    ...(remember !== undefined && { checkpoint: await remembered(remember, io) }),
  });
  // Nothing is wrong with nothing, and that is what somebody hopes for who has emptied the file.
  if (report.ok && report.count === 0)
    throw new Failure(`${target} holds no records: there is nothing to verify.`, EXIT.no);
  return report;
}
