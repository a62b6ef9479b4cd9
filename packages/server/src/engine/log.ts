import { redactText } from '@sallyport/core';
import { type DestinationStream, pino, stdSerializers } from 'pino';
import type { Log } from './engine.js';

const SECRET_PATHS = ['authorization', 'token', 'secret', 'password', 'cookie'].flatMap((key) => [key, `*.${key}`]);

/** What a log shows. */
export interface LogOptions {
  /** @defaultValue `info` */
  readonly level?: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  /** Where lines go; the standard error when absent, because the standard output may belong to a program. */
  readonly destination?: DestinationStream;
}

/** JSON lines by pino, with whatever looks like a credential masked. */
export function createLog({ level = 'info', destination }: LogOptions = {}): Log {
  const options = {
    level,
    base: null,
    redact: { paths: SECRET_PATHS, censor: '[redacted]' },
    serializers: {
      err: (error: unknown) => {
        const shown: unknown = error instanceof Error ? stdSerializers.err(error) : error;
        return JSON.parse(redactText(JSON.stringify(shown) ?? 'null'));
      },
    },
  };
  return pino(options, destination ?? pino.destination({ fd: 2, sync: true }));
}

/** A log that nobody reads. */
export const silentLog = (): Log => ({ debug() {}, info() {}, warn() {}, error() {} });
