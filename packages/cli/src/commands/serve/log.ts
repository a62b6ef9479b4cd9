import type { Log } from '@sallyport/server';
import type { Io } from '../../terminal/io.js';
import { readableLog } from '../../terminal/log.js';
import type { ServeOptions } from './options.js';

/** The log for a person who watches; undefined where the gateway's own JSON lines are wanted. */
export function logFor({ json }: Pick<ServeOptions, 'json'>, io: Io): Log | undefined {
  return io.logs === 'json' || json === true ? undefined : readableLog(io);
}
