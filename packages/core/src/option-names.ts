import { closestName } from './closest-name.js';
import { ConfigurationError } from './errors/configuration.js';
import { shown } from './plain.js';

/** Options that are functions or live objects: no blocking client can hand them to its worker. */
export const UNSENDABLE = [
  'signal',
  'fetch',
  'dispatcher',
  'transport',
  'middleware',
  'logger',
  'runtime',
  'onIncident',
] as const;

const hidden = new Set<string>();

/** In the worker of blocking clients: messages no longer offer what a blocking client refuses. */
export function hideUnsendable(): void {
  for (const name of UNSENDABLE) hidden.add(name);
}

/** The names of all options that somebody takes. */
export type OptionNames = ReadonlySet<string>;

/** A set of names out of a table that the compiler has checked for completeness. */
export const optionNames = (table: object): OptionNames => new Set(Object.keys(table));

/**
 * Refuses options that nobody would read, with the name that was probably meant.
 *
 * @param options - what the user gave.
 * @param known - the names there are.
 * @param taker - the class or operation that takes them, for the message.
 * @throws ConfigurationError when an option is unknown, or is `timeout`, whose unit nobody can guess.
 */
export function checkNames(options: object, known: OptionNames, taker: string): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new ConfigurationError(`The options of ${taker} must be an object, and not ${shown(options)}.`);
  }
  for (const name of Object.keys(options)) if (!known.has(name)) refuse(name, options, known, taker);
}

function refuse(name: string, options: object, known: OptionNames, taker: string): void {
  if ('timeout' in options && options.timeout !== undefined) {
    throw new ConfigurationError('There is no option "timeout". Use "timeoutMs", in milliseconds.');
  }
  const offered = [...known].filter((candidate) => !hidden.has(candidate));
  const meant = closestName(name, offered);
  throw new ConfigurationError(
    `${taker} has no option "${name}".${meant ? ` Did you mean "${meant}"?` : ` It knows: ${offered.join(', ')}.`}`,
  );
}
