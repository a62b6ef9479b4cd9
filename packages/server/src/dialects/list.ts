import type { Engine } from '../engine/engine.js';
import type { DialectOptions } from '../gateway-options.js';
import type { Dialect, RunningDialect } from './dialect.js';

/** A dialect that may be served, not loaded yet. */
export interface DialectPlug {
  readonly name: string;
  isEnabled(options: DialectOptions): boolean;
  /** Loads it and starts it. */
  start(engine: Engine, options: DialectOptions): Promise<StartedDialect>;
}

/** A dialect that runs, with the root paths that lead to it. */
export interface StartedDialect extends Pick<Dialect, 'name' | 'roots'> {
  readonly running: RunningDialect;
}

/** Every dialect there is. */
export const DIALECTS: readonly DialectPlug[] = [
  plug(
    'rampart',
    ({ rampart }) => rampart,
    async () => (await import('./rampart/index.js')).rampart,
  ),
  plug(
    'aegis',
    ({ aegis }) => aegis,
    async () => (await import('./aegis/index.js')).aegis,
  ),
  plug(
    'meshguard',
    ({ meshguard }) => meshguard,
    async () => (await import('./meshguard/index.js')).meshguard,
  ),
];

function plug<Options extends object>(
  name: string,
  select: (options: DialectOptions) => Options | false | undefined,
  load: () => Promise<Dialect<Options | Record<string, never>>>,
): DialectPlug {
  return {
    name,
    isEnabled: (options) => select(options) !== false,
    async start(engine, options) {
      const dialect = await load();
      return { name, roots: dialect.roots, running: await dialect.start(engine, select(options) || {}) };
    },
  };
}
