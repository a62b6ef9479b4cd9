import { ConfigurationError, type Logger, redact } from '@sallyport/core';

const LEVELS = ['debug', 'info', 'warn', 'error'] as const;

type Level = (typeof LEVELS)[number];

const isLevel = (word: string): word is Level => LEVELS.some((level) => level === word);

/**
 * Writes one line per event to standard error, from a level on; without credentials.
 *
 * @throws ConfigurationError when the level is none.
 */
export function stderrLogger(level: string): Logger {
  if (!isLevel(level)) {
    throw new ConfigurationError(`AEGIS_LOG_LEVEL must be one of ${LEVELS.join(', ')}, and not "${level}".`);
  }
  const at = (own: Level) => (message: string, fields: Readonly<Record<string, unknown>>) => {
    if (LEVELS.indexOf(own) < LEVELS.indexOf(level)) return;
    process.stderr.write(`aegis ${own}: ${message} ${JSON.stringify(redact(fields))}\n`);
  };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}
