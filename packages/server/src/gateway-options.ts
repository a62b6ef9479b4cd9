import { ConfigurationError } from '@sallyport/core';
import type { AegisOptions } from './dialects/aegis/options.js';
import type { MeshGuardOptions } from './dialects/meshguard/options.js';
import type { RampartOptions } from './dialects/rampart/options.js';
import type { Clock, Ids, Log, Random } from './engine/engine.js';

/**
 * How each dialect behaves; `false` switches it off.
 *
 * @example
 * ```ts
 * import type { DialectOptions } from '@sallyport/server';
 *
 * const dialects: DialectOptions = { rampart: { mode: 'monitor' } };
 * ```
 */
export interface DialectOptions {
  readonly rampart?: RampartOptions | false;
  readonly meshguard?: MeshGuardOptions | false;
  readonly aegis?: AegisOptions | false;
}

/**
 * How to set a gateway up. Everything is optional.
 *
 * @example
 * ```ts
 * import { createGateway, type GatewayOptions } from '@sallyport/server';
 *
 * const options: GatewayOptions = { store: 'sqlite:gateway.db', metrics: 'public', rampart: { profile: 'standard' } };
 * await createGateway(options);
 * ```
 */
export interface GatewayOptions extends DialectOptions {
  /** `memory`, `sqlite:PATH` or `postgres://…` @defaultValue `memory` */
  readonly store?: string;
  /**
   * Makes ready-made credentials and the routes below `/__sallyport` with which tests steer the gateway. Such a gateway
   * listens on loopback only.
   *
   * @defaultValue `false`
   */
  readonly dev?: boolean;
  /** Under `dev`: the same seed gives the same ids. */
  readonly seed?: string;
  /** Lets webhooks and notifications reach private and loopback addresses. @defaultValue `false` */
  readonly allowPrivateTargets?: boolean;
  /**
   * 32 bytes, as base64 or hex, that secrets in the store are sealed under.
   *
   * @defaultValue `SALLYPORT_MASTER_KEY`; else a key file beside the SQLite file, or random bytes in memory
   */
  readonly masterKey?: string;
  /** Who may read `/metrics`; `false` for nobody. @defaultValue `admin` */
  readonly metrics?: 'admin' | 'public' | false;
  /** Milliseconds that requests under way are given when the gateway closes. @defaultValue 10,000 */
  readonly closeTimeoutMs?: number;
  /** @defaultValue JSON lines on the standard error, from `info` up */
  readonly log?: Log;
  /** @defaultValue the machine's; under `dev` one that goes with it and can be moved */
  readonly clock?: Clock;
  readonly ids?: Ids;
  readonly random?: Random;
}

/**
 * Where to listen.
 *
 * @example
 * ```ts
 * import { createGateway, type ListenOptions } from '@sallyport/server';
 *
 * const anywhere: ListenOptions = { host: '0.0.0.0', port: 9090 };
 * await (await createGateway()).listen(anywhere);
 * ```
 */
export interface ListenOptions {
  /** @defaultValue `127.0.0.1` */
  readonly host?: string;
  /** 0 takes any free port. @defaultValue 9090 */
  readonly port?: number;
}

const KNOWN: Readonly<Record<keyof GatewayOptions, true>> = {
  rampart: true,
  meshguard: true,
  aegis: true,
  store: true,
  dev: true,
  seed: true,
  allowPrivateTargets: true,
  masterKey: true,
  metrics: true,
  closeTimeoutMs: true,
  log: true,
  clock: true,
  ids: true,
  random: true,
};

/** @throws ConfigurationError that names the option and what it may be. */
export function checkOptions(options: GatewayOptions): void {
  const unknown = Object.keys(options).find((name) => !Object.hasOwn(KNOWN, name));
  if (unknown !== undefined) {
    throw new ConfigurationError(`There is no option "${unknown}"; known are ${Object.keys(KNOWN).join(', ')}.`);
  }
  const { seed, dev, metrics = 'admin', closeTimeoutMs = 0 } = options;
  if (seed !== undefined && dev !== true) {
    throw new ConfigurationError('seed makes ids predictable: it needs dev: true.');
  }
  if (metrics !== 'admin' && metrics !== 'public' && metrics !== false) {
    throw new ConfigurationError('metrics must be "admin", "public" or false.');
  }
  if (!Number.isFinite(closeTimeoutMs) || closeTimeoutMs < 0) {
    throw new ConfigurationError('closeTimeoutMs must be a number of milliseconds from 0 up.');
  }
}

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|::1)$/i;

/** @throws ConfigurationError for a bad port, and for an address that development credentials must not be reachable on. */
export function checkListen({ host, port }: Required<ListenOptions>, dev: boolean): void {
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new ConfigurationError(`port must be a whole number from 0 to 65535, not ${port}.`);
  }
  if (dev && !LOOPBACK.test(host)) {
    throw new ConfigurationError(
      `A development gateway listens on loopback only, not on ${host}: its credentials are for this machine. ` +
        'Leave dev out, or listen on 127.0.0.1.',
    );
  }
}
