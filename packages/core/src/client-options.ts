import { ConfigurationError } from './errors/configuration.js';
import type { ClientOptions } from './options.js';
import { checkWord, shown } from './plain.js';

const hasMethods = (value: unknown, names: readonly string[]): boolean =>
  ((typeof value === 'object' && value !== null) || typeof value === 'function') &&
  names.every((name) => typeof Reflect.get(value, name) === 'function');

const isFunction = (value: unknown): boolean => typeof value === 'function';

interface Rule {
  readonly fits: (value: unknown) => boolean;
  readonly must: string;
}

const having = (...names: readonly string[]): Rule => ({
  fits: (value) => hasMethods(value, names),
  must: `must have the methods ${names.join(', ')}`,
});

/** What the options must be that are no numbers: those have ranges, and are checked where they are used. */
const RULES: readonly (readonly [keyof ClientOptions, Rule])[] = [
  ['fetch', { fits: isFunction, must: 'must be a function' }],
  ['dispatcher', having('dispatch')],
  ['transport', having('send', 'open', 'close')],
  [
    'middleware',
    { fits: (value) => Array.isArray(value) && value.every(isFunction), must: 'must be an array of functions' },
  ],
  ['logger', having('debug', 'info', 'warn', 'error')],
  ['telemetry', { fits: (value) => typeof value === 'boolean', must: 'must be true or false' }],
  ['runtime', having('now', 'monotonic', 'after', 'random', 'id')],
  ['headers', { fits: (value) => hasMethods(value, []) && !Array.isArray(value), must: 'must be an object' }],
  ['backoff', { fits: (value) => hasMethods(value, []), must: 'must be an object with baseMs and capMs' }],
];

/** @throws ConfigurationError naming the first option that is not what a client can work with. */
export function checkClientOptions(options: ClientOptions): void {
  for (const [name, { fits, must }] of RULES) {
    const value = options[name];
    if (value !== undefined && !fits(value)) {
      throw new ConfigurationError(`${name} ${must}, and not ${shown(value)}.`);
    }
  }
  checkWord('idempotency', options.idempotency, ['auto', 'always', 'never']);
}
