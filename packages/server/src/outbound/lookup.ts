import { type LookupAddress, type LookupOptions, lookup as systemLookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { isLoopbackAddress, isPublicAddress } from './addresses.js';
import { HOW_TO_ALLOW, OutboundError } from './errors.js';

/** How far a request may go: to public addresses, or to this machine and nowhere else. */
export type Reach = 'public' | 'loopback';

/** Resolves a name to all its addresses; the system's resolver, or a test's. */
export type Resolver = (
  hostname: string,
  options: LookupOptions & { readonly all: true },
  callback: (error: Error | null, addresses: LookupAddress[]) => void,
) => void;

export const systemResolver: Resolver = (hostname, options, callback) => systemLookup(hostname, options, callback);

/**
 * The look-up that a connection is made with. What it lets through is what is connected to, so that a name which resolves
 * differently the next time gains nothing. One special address among several refuses them all.
 */
export function guardedLookup(resolve: Resolver, reach: Reach, allowPrivate: boolean): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      const [first] = addresses ?? [];
      if (error !== null) return callback(error, '');
      if (first === undefined) return callback(new OutboundError('failed', `${hostname} has no address.`), '');
      if (reach === 'loopback' && !addresses.every(({ address }) => isLoopbackAddress(address))) {
        return callback(new OutboundError('blocked', `${hostname} does not resolve to this machine.`), '');
      }
      if (reach === 'public' && !allowPrivate && !addresses.every(({ address }) => isPublicAddress(address))) {
        return callback(
          new OutboundError('blocked', `${hostname} resolves to an address that is not public: ${HOW_TO_ALLOW}.`),
          '',
        );
      }
      if (options.all === true) return callback(null, addresses);
      return callback(null, first.address, first.family);
    });
  };
}
