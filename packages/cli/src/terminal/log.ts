import { redact } from '@sallyport/core';
import type { Log } from '@sallyport/server';
import type { Io } from './io.js';
import { style } from './style.js';
import { plain } from './table.js';

type Level = keyof Log;

/** A gateway's log as lines that a person reads: time, level, message, and what it is about. Secrets are masked. */
export function readableLog({ note, env, logs }: Io, now: () => Date = () => new Date()): Log {
  const { dim, red, yellow, cyan } = style(logs === 'coloured');
  const paint: Readonly<Record<Level, (text: string) => string>> = { debug: dim, info: cyan, warn: yellow, error: red };
  const { DEBUG: debug = '' } = env;
  const showsStacks = debug.includes('sallyport');

  const write =
    (level: Level) =>
    (fields: object, message: string): void => {
      const { err, ...rest } = Object.fromEntries(Object.entries(fields));
      const about = Object.entries(rest).filter(([, value]) => value !== undefined);
      const shown = Object.entries(Object(redact(Object.fromEntries(about)))).map(
        ([name, value]) => `${name}=${plain(typeof value === 'string' ? value : (JSON.stringify(value) ?? ''))}`,
      );
      const why = err === undefined ? [] : [plain(saidBy(err))];
      note(
        [
          dim(clockTime(now())),
          paint[level](level.padEnd(5)),
          [message, ...why].join(': '),
          ...shown.map((field) => dim(field)),
        ].join('  '),
      );
      if (showsStacks && err instanceof Error && err.stack !== undefined) note(dim(String(redact(err.stack))));
    };
  return {
    // As in the gateway's own log, what helps when it is looked for is left out.
    debug: showsStacks ? write('debug') : () => undefined,
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
  };
}

const clockTime = (at: Date): string => at.toTimeString().slice(0, 8);

const saidBy = (error: unknown): string => String(redact(error instanceof Error ? error.message : String(error)));
